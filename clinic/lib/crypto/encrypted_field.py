"""A text column that is readable only with FIELD_KEYS.

The value is sealed when the row is saved and opened when the attribute is first read, so
a list that never touches it never decrypts. It is bound to table, column and the row's own
random identifier: copied into another row, it does not open.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from clinic.lib.crypto import cipher


class Ciphertext(str):
    """A value as the database holds it."""

    __slots__ = ()


class DecryptOnRead(DeferredAttribute):
    """Opens a sealed value at its first reading; a plain value is returned as it is."""

    field: "EncryptedTextField"

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if not isinstance(value, Ciphertext):
            return value
        plain = cipher.decrypt(
            value, associated_data=self.field.associated_data(instance), secrets=settings.FIELD_KEYS
        )
        instance.__dict__[self.field.attname] = plain
        return plain

    def __set__(self, instance: Any, value: Any) -> None:
        """Without it the instance's own dictionary would answer, and nothing be opened."""
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Text, encrypted at rest; empty text stays empty, so that "is there a note" needs no key.

    `bound_to` names a field of the same row that is unique, never changes and is known
    before the row is inserted (a random UUID).
    """

    descriptor_class = DecryptOnRead

    def __init__(self, *args: Any, bound_to: str, **kwargs: Any) -> None:
        self.bound_to = bound_to
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "bound_to": self.bound_to}

    def associated_data(self, instance: models.Model) -> str:
        """What the value is bound to: table, column, row."""
        row = getattr(instance, self.bound_to)
        return f"{self.model._meta.db_table}.{self.column}.{row}"

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        return Ciphertext(value) if value else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = model_instance.__dict__.get(self.attname)
        if not value or isinstance(value, Ciphertext):
            return value
        associated_data = self.associated_data(model_instance)
        return Ciphertext(
            cipher.encrypt(value, associated_data=associated_data, secrets=settings.FIELD_KEYS)
        )

    def get_prep_value(self, value: Any) -> Any:
        if value and not isinstance(value, Ciphertext):
            raise TypeError(f"{self.name} is encrypted: set it on the instance and save that.")
        return str(value) if value else value

    def value_to_string(self, obj: models.Model) -> str:
        """Fixtures (dumpdata) carry nothing of it: they are read where no key should be."""
        return ""
