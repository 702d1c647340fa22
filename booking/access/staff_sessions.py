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

LONGEST = timedelta(hours=12)
KEPT_FOR = timedelta(hours=1)
NOTED_EVERY = timedelta(seconds=20)
"""A session is written at most this often for being used."""
Fields = list[tuple[str, str]]
_SINCE, _SEEN, _COVERED, _KEPT = "staff_since", "staff_seen", "staff_covered", "staff_kept"


def begin(session: SessionBase, now: datetime, *, staff: bool) -> None:
    """Somebody has signed in. What staff leave unused is forgotten sooner than a patient's."""
    session[_SINCE] = session[_SEEN] = now.timestamp()
    session.set_expiry(int(LONGEST.total_seconds()) if staff else None)
    session.pop(_COVERED, None)
    session.pop(_KEPT, None)


def is_over(session: SessionBase, now: datetime) -> bool:
    """Whether twelve hours have passed, or nobody knows when it began."""
    since = session.get(_SINCE)
    return since is None or now.timestamp() - since >= LONGEST.total_seconds()


def is_covered(session: SessionBase, now: datetime, idle_minutes: int) -> bool:
    """Whether the desk is covered, or has been idle for so long that it must be."""
    if session.get(_COVERED):
        return True
    seen = session.get(_SEEN, 0.0)
    return bool(now.timestamp() - seen >= idle_minutes * 60)


def touch(session: SessionBase, now: datetime) -> None:
    """Somebody is using the desk."""
    if now.timestamp() - session.get(_SEEN, 0.0) >= NOTED_EVERY.total_seconds():
        session[_SEEN] = now.timestamp()


def cover(session: SessionBase) -> None:
    """Cover the desk, until uncover()."""
    if not session.get(_COVERED):
        session[_COVERED] = True


def uncover(session: SessionBase, now: datetime) -> None:
    """The person has shown that it is still them."""
    session.pop(_COVERED, None)
    session[_SEEN] = now.timestamp()


def keep_form(session: SessionBase, path: str, fields: Fields, now: datetime) -> None:
    """Keep what was sent to a covered desk, in place of anything kept before."""
    kept = {"path": path, "fields": fields, "at": now.timestamp()}
    session[_KEPT] = cipher.encrypt(
        json.dumps(kept), place=_place(session), secrets=settings.FIELD_KEYS
    )


def kept_form(session: SessionBase, now: datetime) -> tuple[str, Fields] | None:
    """Path and fields of what was kept. None when there is nothing, or it is too old."""
    sealed = session.get(_KEPT)
    if sealed is None:
        return None
    try:
        opened = cipher.decrypt(sealed, place=_place(session), secrets=settings.FIELD_KEYS)
    except cipher.CannotDecrypt:
        return None
    kept = json.loads(opened)
    if now.timestamp() - kept["at"] >= KEPT_FOR.total_seconds():
        return None
    return kept["path"], [(name, value) for name, value in kept["fields"]]


def drop_kept_form(session: SessionBase) -> None:
    """It was sent, or is not wanted any more."""
    session.pop(_KEPT, None)


def _place(session: SessionBase) -> str:
    return f"session.kept.{session.get('_auth_user_id', '')}.{session.session_key}"
