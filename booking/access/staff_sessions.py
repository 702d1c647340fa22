"""How long a session of staff lasts: twelve hours from signing in, however much it is used."""

from datetime import datetime, timedelta

from django.contrib.sessions.backends.base import SessionBase

from booking.access import lock_screen
from booking.access.session_engine import record_use

MAX_SESSION_AGE = timedelta(hours=12)
_STARTED_KEY = "staff_since"


def start_session(session: SessionBase, now: datetime, *, staff: bool) -> None:
    """Begin a session after signing in: unlocked, and for staff with MAX_SESSION_AGE as expiry.

    Sessions of patients expire as the settings say.
    """
    session[_STARTED_KEY] = now.timestamp()
    session.set_expiry(int(MAX_SESSION_AGE.total_seconds()) if staff else None)
    record_use(session, now)
    lock_screen.reset(session, now)


def is_expired(session: SessionBase, now: datetime) -> bool:
    """Whether the session began twelve hours ago or earlier, or its beginning is unknown."""
    started = session.get(_STARTED_KEY)
    return started is None or now.timestamp() - started >= MAX_SESSION_AGE.total_seconds()
