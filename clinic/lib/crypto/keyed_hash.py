"""Keyed hashes (HMAC-SHA256) of values that are compared but never shown, such as addresses.

The keys are settings.LINK_KEYS. The first one makes new hashes; all of them are accepted, so that
keys can be rotated.
"""

import hmac
from collections.abc import Sequence

from django.conf import settings


def keyed_hash(purpose: str, value: str) -> str:
    """Return 64 hexadecimal digits. Each purpose gives a value a different hash."""
    return _hash(settings.LINK_KEYS[0], purpose, value)


def keyed_hashes(purpose: str, value: str) -> Sequence[str]:
    """Return the hash under each key, to find values hashed with an older one."""
    return [_hash(key, purpose, value) for key in settings.LINK_KEYS]


def _hash(key: str, purpose: str, value: str) -> str:
    return hmac.new(key.encode(), f"{purpose}\x1f{value}".encode(), "sha256").hexdigest()
