"""A value that can be recognised and not read: HMAC-SHA256 under LINK_KEYS.

The first key makes it; all of them recognise, so that keys can be changed."""

import hmac
from collections.abc import Sequence

from django.conf import settings


def keyed_hash(purpose: str, value: str) -> str:
    """64 letters. The same value has another hash for another purpose."""
    return _hash(settings.LINK_KEYS[0], purpose, value)


def keyed_hashes(purpose: str, value: str) -> Sequence[str]:
    """As any of our keys would have made it."""
    return [_hash(key, purpose, value) for key in settings.LINK_KEYS]


def _hash(key: str, purpose: str, value: str) -> str:
    return hmac.new(key.encode(), f"{purpose}\x1f{value}".encode(), "sha256").hexdigest()
