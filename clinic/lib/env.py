"""Reading settings from environment variables. Wrong values raise ImproperlyConfigured.

Texts, numbers, lists and secrets can be in files, too (clinic.lib.credential_files).

`source` is the environment to read from; tests pass their own.
"""

import os
from collections.abc import Callable, Mapping
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import TypeVar

from django.core.exceptions import ImproperlyConfigured

from clinic.lib import credential_files

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"", "0", "false", "no", "off"})
Parsed = TypeVar("Parsed")


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


def parsed(
    name: str,
    parse: Callable[[str], Parsed],
    *,
    default: str = "",
    example: str,
    source: Mapping[str, str] = os.environ,
) -> Parsed:
    """Return what `parse` makes of the value, or of the default.

    Raises ImproperlyConfigured if it cannot parse it. The message has no part of the value, which
    can be a URL with a password.
    """
    try:
        return parse(text(name, default, source=source))
    except (ValueError, LookupError, AttributeError, TypeError):
        raise ImproperlyConfigured(f"{name} cannot be read. It looks like: {example}") from None


def networks(
    name: str, *, source: Mapping[str, str] = os.environ
) -> list[IPv4Network | IPv6Network]:
    """Return a comma-separated list of addresses and networks."""

    def parse(value: str) -> list[IPv4Network | IPv6Network]:
        return [ip_network(word.strip()) for word in value.split(",") if word.strip()]

    return parsed(name, parse, example="127.0.0.1,10.0.0.0/24", source=source)


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
