"""The address that a mail provider reports to. It exists only where MAIL_WEBHOOK names one."""

import logging
from functools import wraps
from importlib import import_module
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, path

from clinic.lib.http.access_marks import View, apply_gate, provider_webhook
from clinic.lib.logs.error_locations import describe_error_location

log = logging.getLogger(__name__)
UNREADABLE = (AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What anymail raises for reports in a format that it does not expect."""


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
    return [path("mail/events/", refuse_unreadable(views[name]), name="mail-events")]


def refuse_unreadable(view: View) -> View:
    """Return a view that answers 400 instead of 500 to a report in an unexpected format.

    anymail parses parts of the content before it verifies the sender.
    """

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            return view(request, *args, **kwargs)
        except UNREADABLE as error:
            log.warning(
                "A report of the mail provider cannot be read: %s", describe_error_location(error)
            )
            return HttpResponse(status=400)

    return wrapper


urlpatterns = apply_gate(provider_webhook, [*report_patterns(settings.MAIL_WEBHOOK)])
