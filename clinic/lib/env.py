"""Settings read from the environment by small helpers that fail loudly."""

import os
from collections.abc import Mapping

from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"", "0", "false", "no", "off"})


def text(name: str, default: str = "", *, source: Mapping[str, str] = os.environ) -> str:
    """The variable's value without surrounding blanks, or the default when unset or empty."""
    return source.get(name, "").strip() or default


def flag(name: str, *, default: bool = False, source: Mapping[str, str] = os.environ) -> bool:
    """A yes or no. Raises ImproperlyConfigured for any other word."""
    value = source.get(name, "on" if default else "off").strip().lower()
    if value in TRUE_WORDS:
        return True
    if value in FALSE_WORDS:
        return False
    raise ImproperlyConfigured(f"{name} must be on or off, not {value!r}.")


def number(name: str, default: int, *, source: Mapping[str, str] = os.environ) -> int:
    """A whole number. Raises ImproperlyConfigured for anything else."""
    value = text(name, str(default), source=source)
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from None


def comma_separated(
    name: str, default: str = "", *, source: Mapping[str, str] = os.environ
) -> list[str]:
    """A comma-separated list without empty entries."""
    return [word.strip() for word in text(name, default, source=source).split(",") if word.strip()]


def secrets(name: str, *, min_length: int, source: Mapping[str, str] = os.environ) -> list[str]:
    """A comma-separated list of secrets, the first being the one in use.

    Raises ImproperlyConfigured when it is missing, or when one has fewer than `min_length`
    characters or is too monotonous to have come from a generator.
    """
    values = comma_separated(name, source=source)
    if not values:
        raise ImproperlyConfigured(
            f"{name} is not set. Make one with: "
            'python -c "import secrets; print(secrets.token_urlsafe(32))"'
        )
    for value in values:
        if len(value) < min_length or len(set(value)) < 10 or value.startswith("django-insecure"):
            raise ImproperlyConfigured(f"{name} holds a weak secret: too short or too simple.")
    return values
