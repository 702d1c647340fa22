"""Every column that holds encrypted values, and how a value of it is encrypted again.

The encrypted fields of all models are found by themselves. Two columns of installed packages hold
encrypted values too: sessions, and the secrets of second factors.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import Model, Q, QuerySet, TextField
from django.db.models.functions import Cast

from booking.access.second_factor_secrets import decrypt_secret, encrypt_secret
from booking.access.session_engine import session_place
from clinic.lib.crypto import cipher
from clinic.lib.crypto.cipher import Key
from clinic.lib.crypto.encrypted_field import Ciphertext, EncryptedTextField

STORED = re.compile(r"v[0-9]\.([0-9a-f]{8})\.")
"""The beginning of a stored value, with the id of its key."""
SECRETS = ("secret", "seed")
"""The encrypted entries of `Authenticator.data`."""


@dataclass(frozen=True)
class EncryptedColumn:
    """A column with encrypted values.

    `read` returns the stored value of a row, and `renew` the same value under the first key; it
    raises DecryptionError if no key reads it. `is_append_only` says that the database lets no row
    change without the permission of booking.actions.patients.erasure_permit.
    """

    model: type[Model]
    name: str
    read: Callable[[Any], Any]
    renew: Callable[[Any], Any]
    is_append_only: bool = False

    @property
    def label(self) -> str:
        """The table and the column, as they are printed."""
        return f"{self.model._meta.db_table}.{self.name}"

    def outdated(self) -> "QuerySet[Any]":
        """Return the rows that hold a value under another key than the first, by primary key."""
        text = Cast(self.name, TextField())
        rows = self.model._default_manager.annotate(stored_text=text).order_by("pk")
        current = Q(pk__in=())
        for version in (cipher.PLAIN, cipher.PADDED):
            current |= Q(stored_text__contains=f"{version}.{first_key_id()}.")
        encrypted = Q(stored_text__contains=f"{cipher.PLAIN}.")
        encrypted |= Q(stored_text__contains=f"{cipher.PADDED}.")
        return rows.filter(encrypted).exclude(current)


def first_key_id() -> str:
    """Return the id of the first key of FIELD_KEYS, which encrypts."""
    return Key.from_secret(settings.FIELD_KEYS[0]).id


def encrypted_columns() -> Iterator[EncryptedColumn]:
    """Yield all columns with encrypted values."""
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, EncryptedTextField):
                yield _column_of(model, field)
    yield EncryptedColumn(Session, "session_data", lambda row: row.session_data, _renew_session)
    yield EncryptedColumn(Authenticator, "data", lambda row: row.data, _renew_secrets)


def _column_of(model: type[Model], field: EncryptedTextField) -> EncryptedColumn:
    def renew(row: Any) -> Ciphertext:
        stored = row.__dict__[field.attname]
        return Ciphertext(
            cipher.encrypt(
                field.decrypt(row, stored),
                associated_data=field.associated_data(row),
                secrets=settings.FIELD_KEYS,
                padded_to=field.padded_to,
            )
        )

    append_only = any(type(found).__name__ == "AppendOnly" for found in model._meta.constraints)
    return EncryptedColumn(
        model, field.attname, lambda row: row.__dict__[field.attname], renew, append_only
    )


def _renew_session(row: Session) -> str:
    place = session_place(row.session_key)
    plain = cipher.decrypt(row.session_data, associated_data=place, secrets=settings.FIELD_KEYS)
    return cipher.encrypt(plain, associated_data=place, secrets=settings.FIELD_KEYS)


def _renew_secrets(row: Authenticator) -> dict[str, Any]:
    renewed = dict(row.data)
    for name in SECRETS:
        if name in renewed:
            renewed[name] = encrypt_secret(decrypt_secret(renewed[name], row.user_id), row.user_id)
    return renewed


__all__ = ["STORED", "EncryptedColumn", "encrypted_columns", "first_key_id"]
