"""Text without accents and case for searching: Zoe finds Zoë, and muller finds Müller."""

import unicodedata
from typing import Any

from django.db import models

LETTER_REPLACEMENTS = str.maketrans(
    {"\u00f8": "o", "\u0142": "l", "\u0111": "d", "\u00e6": "ae", "\u0153": "oe", "\u0131": "i",
     "\u00fe": "th", "\u00f0": "d"}  # Danish, Polish, Croatian, French, Turkish, Icelandic
)  # fmt: skip


def normalize_text(text: str) -> str:
    """Return the text in lower case without accents, with single spaces and without NUL."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    letters = (letter for letter in plain if not unicodedata.combining(letter))
    return " ".join("".join(letters).replace("\0", "").translate(LETTER_REPLACEMENTS).split())


def digits_only(text: str) -> str:
    """Return the ASCII digits of the text."""
    return "".join(letter for letter in text if letter in "0123456789")


class SearchTextField(models.TextField):  # type: ignore[type-arg]
    """The search text of a row: the fields named in `of`, normalised, and the phone's digits.

    It is computed by save() and bulk_create(). Do not change the source fields with update().
    """

    def __init__(self, *args: Any, of: tuple[str, ...], phone_field: str, **kwargs: Any) -> None:
        self.of, self.phone_field = of, phone_field
        super().__init__(*args, **kwargs | {"editable": False, "default": ""})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "of": self.of, "phone_field": self.phone_field}

    def build_value(self, row: models.Model) -> str:
        """Return the search text of a row."""
        parts = [normalize_text(getattr(row, name)) for name in self.of]
        return " ".join([*parts, digits_only(getattr(row, self.phone_field))])

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = self.build_value(model_instance)
        setattr(model_instance, self.attname, value)
        return value
