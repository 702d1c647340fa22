"""Log filters."""

import logging
import re

TOKEN = re.compile(r"[A-Za-z0-9_-]{48}")


class HideTokens(logging.Filter):
    """Replaces the tokens of secret links, which are part of the URLs that Django logs."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = TOKEN.sub("[token]", record.getMessage())
        record.args = ()
        return True


class NoTracebackOfRefusedRequests(logging.Filter):
    """Removes the tracebacks of requests that Django refuses (SuspiciousOperation, status 400).

    Anybody can cause them. The traceback does not help, and the request that Django adds to the
    record holds cookies and posted values.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith("django.security."):
            record.exc_info = record.exc_text = None
            record.__dict__.pop("request", None)
        return True
