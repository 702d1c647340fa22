"""The lock screen of the desk.

After some idle minutes the desk is locked: only a password or passkey of the same person unlocks
it. A form that was sent to the locked desk is stored in the session, encrypted and bound to person
and session, so that it can be sent after unlocking.
"""

import json
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase

from clinic.lib.crypto import cipher

PENDING_FORM_KEPT_FOR = timedelta(hours=1)
ACTIVITY_WRITE_INTERVAL = timedelta(seconds=20)
"""The last activity is written to the session at most this often."""
FormFields = list[tuple[str, str]]
"""Names and values of a form, as they were posted."""
_LAST_ACTIVITY_KEY, _LOCKED_KEY, _PENDING_FORM_KEY = "staff_seen", "staff_covered", "staff_kept"


def reset(session: SessionBase, now: datetime) -> None:
    """Unlock the desk of a session that begins, without a pending form."""
    unlock(session, now)
    delete_pending_form(session)


def is_locked(session: SessionBase, now: datetime, idle_minutes: int) -> bool:
    """Whether the desk is locked, or was idle for at least `idle_minutes`."""
    if session.get(_LOCKED_KEY):
        return True
    last_activity = session.get(_LAST_ACTIVITY_KEY, 0.0)
    return bool(now.timestamp() - last_activity >= idle_minutes * 60)


def record_activity(session: SessionBase, now: datetime) -> None:
    """Note that the desk is in use, at most once in ACTIVITY_WRITE_INTERVAL."""
    idle_seconds = now.timestamp() - session.get(_LAST_ACTIVITY_KEY, 0.0)
    if idle_seconds >= ACTIVITY_WRITE_INTERVAL.total_seconds():
        session[_LAST_ACTIVITY_KEY] = now.timestamp()


def lock(session: SessionBase) -> None:
    """Lock the desk until `unlock` is called."""
    if not session.get(_LOCKED_KEY):
        session[_LOCKED_KEY] = True


def unlock(session: SessionBase, now: datetime) -> None:
    """Unlock the desk, for somebody who has proved who they are."""
    session.pop(_LOCKED_KEY, None)
    session[_LAST_ACTIVITY_KEY] = now.timestamp()


def save_pending_form(session: SessionBase, path: str, fields: FormFields, now: datetime) -> None:
    """Store a form that was sent to the locked desk, in place of an earlier one."""
    form = {"path": path, "fields": fields, "at": now.timestamp()}
    session[_PENDING_FORM_KEY] = cipher.encrypt(
        json.dumps(form), associated_data=_associated_data(session), secrets=settings.FIELD_KEYS
    )


def load_pending_form(session: SessionBase, now: datetime) -> tuple[str, FormFields] | None:
    """Return path and fields of the pending form, or None if there is none or it is too old."""
    encrypted = session.get(_PENDING_FORM_KEY)
    if encrypted is None:
        return None
    try:
        opened = cipher.decrypt(
            encrypted, associated_data=_associated_data(session), secrets=settings.FIELD_KEYS
        )
    except cipher.DecryptionError:
        return None
    form = json.loads(opened)
    if now.timestamp() - form["at"] >= PENDING_FORM_KEPT_FOR.total_seconds():
        return None
    return form["path"], [(name, value) for name, value in form["fields"]]


def delete_pending_form(session: SessionBase) -> None:
    """Delete the pending form, if there is one."""
    session.pop(_PENDING_FORM_KEY, None)


def _associated_data(session: SessionBase) -> str:
    return f"session.kept.{session.get('_auth_user_id', '')}.{session.session_key}"
