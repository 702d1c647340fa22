"""A text column that can be read only with the keys in settings.FIELD_KEYS.

The value is encrypted when the row is saved, and decrypted when the attribute is first read, so
lists that do not show it do not decrypt it. It is bound to table, column and a unique field of the
row: copied into another row, it does not decrypt.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models.query_utils import DeferredAttribute
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from clinic.lib.crypto import cipher

UNREADABLE = _("[This cannot be read: the key that encrypted it is missing, or it was changed.]")


class NotBackedUp(Exception):
    """Somebody writes encrypted values into a fixture, where they would be lost."""


class Ciphertext(str):
    """An encrypted value, as the database holds it."""

    __slots__ = ()


class UnreadableText(str):
    """A text that is read in place of a value that cannot be decrypted. It is never saved."""

    __slots__ = ()


class DecryptOnRead(DeferredAttribute):
    """Decrypts an encrypted value when it is first read. Plain values are returned as they are."""

    field: "EncryptedTextField"

    def __get__(self, instance: Any, cls: Any = None) -> Any:
        value = super().__get__(instance, cls)
        if not isinstance(value, Ciphertext):
            return value
        try:
            plain = self.field.decrypt(instance, value)
        except cipher.DecryptionError:
            if self.field.if_unreadable is None:
                raise
            return UnreadableText(self.field.if_unreadable)
        instance.__dict__[self.field.attname] = plain
        return plain

    def __set__(self, instance: Any, value: Any) -> None:
        """Make this a data descriptor, so that reading does not bypass __get__."""
        if isinstance(value, UnreadableText):
            value = instance.__dict__.get(self.field.attname, "")
        instance.__dict__[self.field.attname] = value


class EncryptedTextField(models.TextField):  # type: ignore[type-arg]
    """Encrypted text. Empty text is stored as such, so that queries can filter by it.

    `bound_to` is the name of a field of the same model that is unique, never changes and is known
    before the row is inserted, such as a random UUID. With `padded_to` (bytes) values are padded,
    so that their length reveals nothing (clinic.lib.crypto.cipher). `filter()` and `update()` with
    a plain value raise TypeError.

    `if_unreadable` is what is read in place of a value that cannot be decrypted, such as
    UNREADABLE; without it, reading raises DecryptionError. The stored value stays as it is.
    """

    descriptor_class = DecryptOnRead
    non_db_attrs = (*models.TextField.non_db_attrs, "bound_to", "padded_to")

    def __init__(
        self,
        *args: Any,
        bound_to: str,
        padded_to: int = 0,
        if_unreadable: str | Promise | None = None,
        **kwargs: Any,
    ) -> None:
        self.bound_to = bound_to
        self.if_unreadable = if_unreadable
        self.padded_to = padded_to
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs["bound_to"] = self.bound_to
        if self.padded_to:
            kwargs["padded_to"] = self.padded_to
        return name, path, args, kwargs

    def associated_data(self, instance: models.Model) -> str:
        """Return what the value is bound to: table, column and row."""
        row = getattr(instance, self.bound_to)
        return f"{self.model._meta.db_table}.{self.column}.{row}"

    def decrypt(self, instance: models.Model, stored: str) -> str:
        """Return the plain text of a stored value of a row. Raises DecryptionError."""
        return cipher.decrypt(
            stored, associated_data=self.associated_data(instance), secrets=settings.FIELD_KEYS
        )

    def from_db_value(self, value: str | None, *_: Any) -> str | None:
        return Ciphertext(value) if value else value

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = model_instance.__dict__.get(self.attname)
        if not value or isinstance(value, Ciphertext):
            return value
        return Ciphertext(
            cipher.encrypt(
                value,
                associated_data=self.associated_data(model_instance),
                secrets=settings.FIELD_KEYS,
                padded_to=self.padded_to,
            )
        )

    def get_prep_value(self, value: Any) -> Any:
        if value and not isinstance(value, Ciphertext):
            raise TypeError(f"{self.name} is encrypted: set it on the instance and save that.")
        return str(value) if value else value

    def value_to_string(self, obj: models.Model) -> str:
        """Refuse fixtures (dumpdata): they must not hold the text in the clear, and would lose it.

        Raises NotBackedUp, unless there is no text.
        """
        if not obj.__dict__.get(self.attname):
            return ""
        raise NotBackedUp(
            f"{self.model._meta.label}.{self.name} is encrypted and would be lost. Use "
            "`manage.py backup PATH` and `manage.py restore PATH` instead of dumpdata and loaddata."
        )
