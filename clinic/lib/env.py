"""Reading settings from environment variables. Wrong values raise ImproperlyConfigured.

Texts, numbers, lists and secrets can be in files, too (clinic.lib.credential_files).

`source` is the environment to read from; tests pass their own.
"""

import os
from collections.abc import Mapping

from django.core.exceptions import ImproperlyConfigured

from clinic.lib import credential_files

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"", "0", "false", "no", "off"})


def text(name: str, default: str = "", *, source: Mapping[str, str] = os.environ) -> str:
    """Return the value without surrounding spaces, or the default if it is unset or empty.

    A variable that is unset or empty can be in a file. Raises ImproperlyConfigured if that cannot
    be used.
    """
    if value := source.get(name, "").strip():
        return value
    try:
        return credential_files.read(name, source) or default
    except credential_files.CredentialError as error:
        raise ImproperlyConfigured(str(error)) from None


def flag(name: str, *, default: bool = False, source: Mapping[str, str] = os.environ) -> bool:
    """Return a boolean. Raises ImproperlyConfigured unless it is one of the known words."""
    value = source.get(name, "on" if default else "off").strip().lower()
    if value in TRUE_WORDS:
        return True
    if value in FALSE_WORDS:
        return False
    raise ImproperlyConfigured(f"{name} must be on or off, not {value!r}.")


def number(name: str, default: int, *, source: Mapping[str, str] = os.environ) -> int:
    """Return an integer. Raises ImproperlyConfigured if it is none."""
    value = text(name, str(default), source=source)
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None


def comma_separated(
    name: str, default: str = "", *, source: Mapping[str, str] = os.environ
) -> list[str]:
    """Return the entries of a comma-separated list, without empty ones."""
    return [word.strip() for word in text(name, default, source=source).split(",") if word.strip()]


def secrets(name: str, *, min_length: int, source: Mapping[str, str] = os.environ) -> list[str]:
    """Return a comma-separated list of secrets, of which the first is in use.

    Raises ImproperlyConfigured if there are none, or if one has fewer than `min_length` characters
    or too few different ones to be random.
    """
    values = comma_separated(name, source=source)
    if not values:
        folder = source.get(credential_files.DIRECTORY_VARIABLE, "").strip()
        place = f", and {folder} has no file of this name" if folder else ""
        raise ImproperlyConfigured(
            f"{name} is not set{place}. Make one with: "
            'python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
        )
    for value in values:
        if len(value) < min_length or len(set(value)) < 10 or value.startswith("django-insecure"):
            raise ImproperlyConfigured(f"{name} holds a weak secret: too short or too simple.")
    return values
