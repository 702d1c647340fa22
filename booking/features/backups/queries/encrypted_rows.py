"""Open encrypted rows: what is encrypted is worth nothing unless the keys open it."""

from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.db.models import Q

from booking.access.second_factor import count_unreadable_secrets
from clinic.lib.crypto.cipher import DecryptionError
from clinic.lib.crypto.encrypted_field import Ciphertext, EncryptedTextField

ROWS_OF_A_COLUMN = 100


@dataclass(frozen=True, slots=True)
class EncryptedRowsCheck:
    """How many values were opened, and the labels of the models of which some could not be."""

    opened: int
    unreadable: list[str]


def open_encrypted_rows() -> EncryptedRowsCheck:
    """Decrypt the newest rows of every encrypted column, and all secrets of second factors."""
    opened, unreadable = 0, []
    for model in apps.get_models():
        for field in model._meta.local_fields:
            if isinstance(field, EncryptedTextField):
                of_column, tried = _open(field)
                opened += of_column
                if of_column < tried:
                    unreadable.append(f"{model._meta.label}.{field.name}")
    factors = Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).count()
    closed = count_unreadable_secrets()
    if closed:
        unreadable.append(Authenticator._meta.label)
    return EncryptedRowsCheck(opened + factors - min(closed, factors), unreadable)


def _open(field: EncryptedTextField) -> tuple[int, int]:
    """Return how many rows of a column could be decrypted, and how many were tried."""
    rows = field.model._default_manager.filter(~Q(**{field.name: ""}))
    found = list(rows.only(field.name, field.bound_to).order_by("-pk")[:ROWS_OF_A_COLUMN])
    opened = 0
    for row in found:
        stored = row.__dict__.get(field.attname)
        try:
            opened += isinstance(stored, Ciphertext) and bool(field.decrypt(row, stored))
        except DecryptionError:
            continue
    return opened, len(found)
