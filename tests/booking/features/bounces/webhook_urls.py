"""The site's addresses with the one that Mailgun reports to, for tests."""

from booking.features.bounces.urls import report_patterns
from clinic.lib.http.access_marks import apply_gate, provider_webhook
from clinic.urls import urlpatterns as site

urlpatterns = [*apply_gate(provider_webhook, [*report_patterns("mailgun")]), *site]
