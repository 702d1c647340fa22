"""Text normalized for searching: Zoe finds Zoë, and all kinds of apostrophes are the same."""

import unicodedata
from typing import Any

from django.db import models

from clinic.lib.text.invisible import is_invisible
from clinic.lib.text.phone_numbers import phone_digits

LETTER_REPLACEMENTS = str.maketrans(
    {"\u00f8": "o", "\u0142": "l", "\u0111": "d", "\u00e6": "ae", "\u0153": "oe", "\u0131": "i",
     "\u00fe": "th", "\u00f0": "d"}  # Danish, Polish, Croatian, French, Turkish, Icelandic
)  # fmt: skip
APOSTROPHES = frozenset(
    "'`\u00b4\u02b9\u02bb\u02bc\u02bd\u02be\u02bf\u2018\u2019\u201b\u2032\ua78c"
)
HYPHENS = frozenset("\u02d7\u2212\u30a0")
"""Characters that people type as a hyphen, besides those that Unicode counts as dashes."""


def normalize_text(text: str) -> str:
    """Return the text in lower case without accents and apostrophes, with single spaces.

    Hyphens become spaces, and invisible characters are left out.
    """
    return " ".join("".join(" " if _is_hyphen(c) else c for c in _plain_letters(text)).split())


def normalize_email(address: str) -> str:
    """Return an e-mail address in lower case without accents and apostrophes."""
    return "".join(_plain_letters(address).split())


class SearchTextField(models.TextField):  # type: ignore[type-arg]
    """The search text of a row: name, e-mail address and digits of the phone, normalized.

    It is computed by save() and bulk_create(). Do not change the source fields with update().
    """

    def __init__(self, *args: Any, of: tuple[str, ...], phone_field: str, **kwargs: Any) -> None:
        """`of` are the names of the fields with the name and the e-mail address."""
        self.of, self.phone_field = of, phone_field
        super().__init__(*args, **kwargs | {"editable": False, "default": ""})

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "of": self.of, "phone_field": self.phone_field}

    def build_value(self, row: models.Model) -> str:
        """Return the search text of a row."""
        name, email = (getattr(row, field) for field in self.of)
        digits = phone_digits(getattr(row, self.phone_field))
        return f"{normalize_text(name)} {normalize_email(email)} {digits}"

    def pre_save(self, model_instance: models.Model, add: bool) -> Any:
        value = self.build_value(model_instance)
        setattr(model_instance, self.attname, value)
        return value


def _plain_letters(text: str) -> str:
    """Return the text in lower case without accents, apostrophes and invisible characters."""
    visible = (" " if c.isspace() else c for c in text if c.isspace() or _is_kept(c))
    letters = unicodedata.normalize("NFKD", "".join(visible).casefold())
    return "".join(
        letter for letter in letters if not unicodedata.combining(letter) and _is_kept(letter)
    ).translate(LETTER_REPLACEMENTS)


def _is_kept(letter: str) -> bool:
    if letter in APOSTROPHES:
        return False
    return letter in HYPHENS or letter.isspace() or not is_invisible(letter)


def _is_hyphen(letter: str) -> bool:
    return letter in HYPHENS or unicodedata.category(letter) == "Pd"
