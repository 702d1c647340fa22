"""Count the encrypted values that cannot be decrypted: their key is lost, or rows were swapped."""

from collections.abc import Iterator

from django.apps import apps
from django.db import models

from clinic.lib.crypto.cipher import DecryptionError
from clinic.lib.crypto.encrypted_field import Ciphertext, EncryptedTextField

ROWS_AT_A_TIME = 500


def count_unreadable() -> Iterator[tuple[type[models.Model], int]]:
    """Yield each model with encrypted fields and how many of its rows cannot be decrypted.

    Reads every row that has an encrypted value.
    """
    for model in apps.get_models():
        fields = [
            field for field in model._meta.local_fields if isinstance(field, EncryptedTextField)
        ]
        if fields:
            yield model, sum(not _is_readable(row, fields) for row in _rows(model, fields))


def _rows(model: type[models.Model], fields: list[EncryptedTextField]) -> Iterator[models.Model]:
    """Return the rows that have encrypted values, loading only the columns needed to decrypt
    them."""
    is_filled = models.Q()
    for field in fields:
        is_filled |= ~models.Q(**{field.name: ""})
    columns = {name for field in fields for name in (field.name, field.bound_to)}
    rows = model._default_manager.filter(is_filled).only(*columns)
    return rows.order_by().iterator(ROWS_AT_A_TIME)


def _is_readable(row: models.Model, fields: list[EncryptedTextField]) -> bool:
    for field in fields:
        stored = row.__dict__.get(field.attname)
        if isinstance(stored, Ciphertext):
            try:
                field.decrypt(row, stored)
            except DecryptionError:
                return False
    return True
