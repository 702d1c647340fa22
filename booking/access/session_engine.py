"""The session engine (settings.SESSION_ENGINE): a copy of the database is not enough to sign in.

A row holds a keyed hash of the session key instead of the key. Its data, which contains codes,
secrets and messages with patients' names, is encrypted under settings.FIELD_KEYS and bound to the
row. A row that cannot be decrypted counts as no session.

The keys of the hashes are settings.LINK_KEYS: the first is used for new sessions, all are accepted.

For a session in which somebody is signed in there is also a UserSession, from which people see and
end their sessions. It stores the clock hour of the last use, so that most requests save nothing.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY as USER_KEY
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from booking.models import UserSession
from clinic.lib.compiled_queries import compiled_query
from clinic.lib.crypto import cipher
from clinic.lib.crypto.keyed_hash import keyed_hash, keyed_hashes
from clinic.lib.dates import clock
from clinic.lib.http.current_request import current_request
from clinic.lib.http.device_names import device_name

PURPOSE = "session"
ROW_KEY_LENGTH = 40
"""How many hexadecimal digits of a hash are stored: 40 (160 bits) fill Django's column."""
HOUR_KEY = "used_in"
"""The key of the session's data under which the clock hour of its last use is stored."""


class SessionStore(db.SessionStore):
    """Django's sessions in the database, with hashed keys and encrypted data."""

    _found: tuple[str | None, str] = (None, "")
    """The session key that was loaded, and the key of its row."""
    _recorded: tuple[str, str | None, str | None] | None = None
    """The row key, user and hour that the UserSession has, to save it only when they change."""

    @property
    def row_key(self) -> str:
        """The key of the session's row; "" for a session that is not stored."""
        key: str | None = self.session_key
        loaded_key, loaded_row = self._found
        if key is None:
            return ""
        return loaded_row if key == loaded_key else _row_key(keyed_hash(PURPOSE, key))

    def load(self) -> dict[str, Any]:
        """Return the data of the session; empty, with a new key, if there is no such session."""
        row = None
        if self.session_key:
            row = next(iter(_valid_rows(_row_keys(self.session_key), timezone.now())), None)
        data = decrypt_session(row) if row is not None else None
        if row is None or data is None:
            self._session_key = None
            return {}
        self._found = (self.session_key, row.session_key)
        self._recorded = (row.session_key, data.get(USER_KEY), data.get(HOUR_KEY))
        return data

    def exists(self, session_key: str | None) -> bool:
        """Whether a session with this key is stored."""
        return _rows_of(session_key).exists()

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Return the row to be saved: the one that was loaded, or a new one."""
        self._get_or_create_session_key()  # type: ignore[attr-defined]  # Django's
        row_key = self.row_key
        return Session(
            session_key=row_key,
            session_data=cipher.encrypt(
                json.dumps(data),
                associated_data=session_place(row_key),
                secrets=settings.FIELD_KEYS,
            ),
            expire_date=self.get_expiry_date(),
        )

    def save(self, must_create: bool = False) -> None:
        """Store the session, and a UserSession if somebody is signed in."""
        super().save(must_create=must_create)
        user_pk, hour = self.get(USER_KEY), self.get(HOUR_KEY)
        recorded = (self.row_key, user_pk, hour)
        if user_pk is not None and recorded != self._recorded:
            _save_user_session(self.row_key, user_pk)
            self._recorded = recorded

    def delete(self, session_key: str | None = None) -> None:
        """Delete a session, by default this one."""
        key = session_key or self.session_key
        if key is not None:
            rows = _rows_of(key)
            UserSession.objects.filter(row_key__in=rows.values("session_key")).delete()
            rows.delete()


def record_use(session: SessionBase, now: datetime) -> None:
    """Store the present clock hour in the session, which saves it at most once an hour."""
    hour = now.strftime("%Y-%m-%d %H")
    if session.get(HOUR_KEY) != hour:
        session[HOUR_KEY] = hour


def delete_expired_sessions(now: datetime) -> int:
    """Delete the sessions that have expired. Return how many."""
    number = Session.objects.filter(expire_date__lte=now).delete()[0]
    running = Session.objects.values("session_key")
    UserSession.objects.exclude(row_key__in=running).delete()
    return number


def _save_user_session(row_key: str, user_pk: str) -> None:
    request, now = current_request(), clock.now()
    agent = request.headers.get("User-Agent", "") if request is not None else ""
    row = UserSession(
        user_id=int(user_pk),
        row_key=row_key,
        device=device_name(agent),
        started_at=now,
        last_seen_at=now,
    )
    UserSession.objects.bulk_create(
        [row],
        update_conflicts=True,
        unique_fields=["row_key"],
        update_fields=["user", "last_seen_at", *(["device"] if row.device else [])],
    )


@compiled_query
def _valid_rows(row_keys: Sequence[str], now: datetime) -> "QuerySet[Session, Session]":
    return Session.objects.filter(session_key__in=row_keys, expire_date__gt=now)


def _rows_of(session_key: str | None) -> "QuerySet[Session]":
    return Session.objects.filter(session_key__in=_row_keys(session_key)).order_by()


def _row_keys(session_key: str | None) -> list[str]:
    return [_row_key(digits) for digits in keyed_hashes(PURPOSE, session_key or "")]


def _row_key(digits: str) -> str:
    return digits[:ROW_KEY_LENGTH]


def session_place(row_key: str) -> str:
    """Return what the data of a session is bound to: the place where it is stored."""
    return f"django_session.session_data.{row_key}"


def decrypt_session(row: Session) -> dict[str, Any] | None:
    """Return the data of a row; None if it was encrypted for another row or with a lost key."""
    try:
        plain = cipher.decrypt(
            row.session_data,
            associated_data=session_place(row.session_key),
            secrets=settings.FIELD_KEYS,
        )
    except cipher.DecryptionError:
        return None
    data: dict[str, Any] = json.loads(plain)
    return data
