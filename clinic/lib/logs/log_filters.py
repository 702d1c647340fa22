"""Log filters: nothing secret and nothing personal in a log."""

import logging
import re

from django.conf import settings
from django.http import HttpRequest

from clinic.lib.http.routes import method_of, route_of
from clinic.lib.logs.error_locations import describe_error_location

TOKEN = re.compile(r"[A-Za-z0-9_-]{48}")
SECURITY = "django.security."


class HideTokens(logging.Filter):
    """Replaces the tokens of secret links."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = TOKEN.sub("[token]", record.getMessage())
        record.args = ()
        return True


class HideRequests(logging.Filter):
    """Replaces what Django writes about a request by its status, method and URL pattern.

    Django writes the address, and for requests that it refuses (SuspiciousOperation, status 400)
    what was wrong with them: both can hold personal data. Anybody can cause the refused ones, so
    they get no traceback. The request itself, which Django adds to the record, holds cookies and
    posted values.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        request = record.__dict__.pop("request", None)
        if record.name.startswith(SECURITY):
            record.exc_info = record.exc_text = None
            record.msg = f"Refused: {record.name.removeprefix(SECURITY)}"
            record.args = ()
        elif isinstance(request, HttpRequest):
            status = getattr(record, "status_code", 500)
            fields = {"method": method_of(request), "route": route_of(request), "status": status}
            record.__dict__.update(fields)
            record.msg = "{status} at {method} {route}".format(**fields)
            record.args = ()
        return True


class HideErrorTexts(logging.Filter):
    """Replaces a traceback by the type of the error and the places where it was raised.

    The text of an error can quote a row or a form. With DEBUG the traceback stays.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if settings.DEBUG or not record.exc_info:
            return True
        error = record.exc_info[1]
        if error is not None:
            record.msg = f"{record.getMessage()}: {describe_error_location(error)}"
            record.args = ()
        record.exc_info = record.exc_text = None
        return True
