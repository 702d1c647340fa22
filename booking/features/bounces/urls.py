"""The address that a mail provider reports to. It exists only where MAIL_WEBHOOK names one."""

from importlib import import_module

from django.conf import settings
from django.urls import URLPattern, path

from clinic.lib.http.access_marks import apply_gate, provider_webhook


def report_patterns(provider: str) -> list[URLPattern]:
    """Return the address for reports of a provider, with anymail's view, which verifies them.

    Raises LookupError if anymail knows no such provider.
    """
    if not provider:
        return []
    name = f"{provider}_tracking_webhook"
    views = {
        pattern.name: pattern.callback for pattern in import_module("anymail.urls").urlpatterns
    }
    return [path("mail/events/", views[name], name="mail-events")]


urlpatterns = apply_gate(provider_webhook, [*report_patterns(settings.MAIL_WEBHOOK)])
