"""The session of a member of staff: how long it lasts, and when its desk covers itself.

Twelve hours from signing in, whatever happens in between. After some idle minutes the desk is
covered: only a password or passkey of the same person opens it, and what they had just sent
is kept, encrypted and bound to person and session, until then.
"""

import json
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

from clinic.lib.crypto import cipher

MAX_SESSION_AGE = timedelta(hours=12)
PENDING_FORM_KEPT_FOR = timedelta(hours=1)
ACTIVITY_WRITE_INTERVAL = timedelta(seconds=20)
"""A session is written at most this often for being used."""
FormFields = list[tuple[str, str]]
_STARTED_KEY, _LAST_ACTIVITY_KEY, _LOCKED_KEY, _PENDING_FORM_KEY = (
    "staff_since",
    "staff_seen",
    "staff_covered",
    "staff_kept",
)


def start_session(session: SessionBase, now: datetime, *, staff: bool) -> None:
    """Somebody has signed in. What staff leave unused is forgotten sooner than a patient's."""
    session[_STARTED_KEY] = session[_LAST_ACTIVITY_KEY] = now.timestamp()
    session.set_expiry(int(MAX_SESSION_AGE.total_seconds()) if staff else None)
    session.pop(_LOCKED_KEY, None)
    session.pop(_PENDING_FORM_KEY, None)


def is_expired(session: SessionBase, now: datetime) -> bool:
    """Whether twelve hours have passed, or nobody knows when it began."""
    since = session.get(_STARTED_KEY)
    return since is None or now.timestamp() - since >= MAX_SESSION_AGE.total_seconds()


def is_locked(session: SessionBase, now: datetime, idle_minutes: int) -> bool:
    """Whether the desk is covered, or has been idle for so long that it must be."""
    if session.get(_LOCKED_KEY):
        return True
    seen = session.get(_LAST_ACTIVITY_KEY, 0.0)
    return bool(now.timestamp() - seen >= idle_minutes * 60)


def record_activity(session: SessionBase, now: datetime) -> None:
    """Somebody is using the desk."""
    if (
        now.timestamp() - session.get(_LAST_ACTIVITY_KEY, 0.0)
        >= ACTIVITY_WRITE_INTERVAL.total_seconds()
    ):
        session[_LAST_ACTIVITY_KEY] = now.timestamp()


def lock_screen(session: SessionBase) -> None:
    """Cover the desk, until uncover()."""
    if not session.get(_LOCKED_KEY):
        session[_LOCKED_KEY] = True


def unlock_screen(session: SessionBase, now: datetime) -> None:
    """The person has shown that it is still them."""
    session.pop(_LOCKED_KEY, None)
    session[_LAST_ACTIVITY_KEY] = now.timestamp()


def save_pending_form(session: SessionBase, path: str, fields: FormFields, now: datetime) -> None:
    """Keep what was sent to a covered desk, in place of anything kept before."""
    kept = {"path": path, "fields": fields, "at": now.timestamp()}
    session[_PENDING_FORM_KEY] = cipher.encrypt(
        json.dumps(kept), associated_data=_associated_data(session), secrets=settings.FIELD_KEYS
    )


def load_pending_form(session: SessionBase, now: datetime) -> tuple[str, FormFields] | None:
    """Path and fields of what was kept. None when there is nothing, or it is too old."""
    sealed = session.get(_PENDING_FORM_KEY)
    if sealed is None:
        return None
    try:
        opened = cipher.decrypt(
            sealed, associated_data=_associated_data(session), secrets=settings.FIELD_KEYS
        )
    except cipher.DecryptionError:
        return None
    kept = json.loads(opened)
    if now.timestamp() - kept["at"] >= PENDING_FORM_KEPT_FOR.total_seconds():
        return None
    return kept["path"], [(name, value) for name, value in kept["fields"]]


def delete_pending_form(session: SessionBase) -> None:
    """It was sent, or is not wanted any more."""
    session.pop(_PENDING_FORM_KEY, None)


def _associated_data(session: SessionBase) -> str:
    return f"session.kept.{session.get('_auth_user_id', '')}.{session.session_key}"
