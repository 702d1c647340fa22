"""The session engine (settings.SESSION_ENGINE): nobody can sign in with a copy of the database.

A row holds a keyed hash of the session key in place of the key, and its data is encrypted under
settings.FIELD_KEYS and bound to the row: the data contains codes and secrets that people are about
to use, and messages with names. A row that cannot be decrypted counts as no session.

The keys of the hashes are settings.LINK_KEYS: the first is used for new sessions, all are accepted.
"""

import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet
from django.utils import timezone

from clinic.lib.crypto import cipher
from clinic.lib.crypto.keyed_hash import keyed_hash, keyed_hashes

PURPOSE = "session"
ROW_KEY_LENGTH = 40
"""Hexadecimal digits of a hash that are stored, 160 bits: Django's column is not wider."""


class SessionStore(db.SessionStore):
    """Django's sessions in the database, with hashed keys and encrypted data."""

    _found: tuple[str | None, str] = (None, "")
    """The session key that was loaded, and the key of its row."""

    def load(self) -> dict[str, Any]:
        """Return the data of the session. Forget its key if there is no such session."""
        valid = _rows_of(self.session_key).filter(expire_date__gt=timezone.now())
        row = valid.first() if self.session_key else None
        data = _decrypt(row) if row is not None else None
        if row is None or data is None:
            self._session_key = None
            return {}
        self._found = (self.session_key, row.session_key)
        return data

    def exists(self, session_key: str | None) -> bool:
        """Whether a session with this key is stored."""
        return _rows_of(session_key).exists()

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Return the row to be saved: the one that was loaded, or a new one."""
        key: str = self._get_or_create_session_key()  # type: ignore[attr-defined]  # Django's
        loaded_key, loaded_row = self._found
        row_key = loaded_row if key == loaded_key else _row_key(keyed_hash(PURPOSE, key))
        return Session(
            session_key=row_key,
            session_data=cipher.encrypt(
                json.dumps(data), associated_data=_place(row_key), secrets=settings.FIELD_KEYS
            ),
            expire_date=self.get_expiry_date(),
        )

    def delete(self, session_key: str | None = None) -> None:
        """Delete a session, by default this one."""
        key = session_key or self.session_key
        if key is not None:
            _rows_of(key).delete()


def delete_expired_sessions(now: datetime) -> int:
    """Delete the sessions that have expired. Return how many."""
    return Session.objects.filter(expire_date__lte=now).delete()[0]


def _rows_of(session_key: str | None) -> "QuerySet[Session]":
    row_keys = [_row_key(digits) for digits in keyed_hashes(PURPOSE, session_key or "")]
    return Session.objects.filter(session_key__in=row_keys).order_by()


def _row_key(digits: str) -> str:
    return digits[:ROW_KEY_LENGTH]


def _place(row_key: str) -> str:
    return f"django_session.session_data.{row_key}"


def _decrypt(row: Session) -> dict[str, Any] | None:
    """Return the data of a row; None if it was encrypted for another row or with a lost key."""
    try:
        plain = cipher.decrypt(
            row.session_data,
            associated_data=_place(row.session_key),
            secrets=settings.FIELD_KEYS,
        )
    except cipher.DecryptionError:
        return None
    data: dict[str, Any] = json.loads(plain)
    return data
