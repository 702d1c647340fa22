"""Show whom to call on the page after a form in which somebody wrote of despair.

The session holds the page, for an hour. An address would keep it in logs, in the history of the
browser and in the Referer header.
"""

import time

from django.http import HttpRequest, HttpResponse

from clinic.lib.http.form_pages import see_other
from clinic.lib.text.despair import mentions_despair

SESSION_KEY = "notice"
"""The name tells nobody what the notice is about."""
SHOWN_FOR_SECONDS = 60 * 60


def see_other_with_help(request: HttpRequest, address: str, *texts: str) -> HttpResponse:
    """Redirect to a path, which shows whom to call if a text mentions despair."""
    if any(mentions_despair(text) for text in texts):
        request.session[SESSION_KEY] = [address, time.time() + SHOWN_FOR_SECONDS]
    return see_other(address)


def is_help_shown(request: HttpRequest) -> bool:
    """Return whether this page shows whom to call. False on pages without a session."""
    session = getattr(request, "session", None)
    noted = session.get(SESSION_KEY) if session is not None else None
    if not noted:
        return False
    address, until = noted
    return bool(request.path == address and time.time() < until)
