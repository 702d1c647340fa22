"""Fingerprints of keys: they tell whether two keys are the same, and nothing about either."""

import hmac
from collections.abc import Sequence

DIGITS = 16


def fingerprint(key: str, purpose: str) -> str:
    """Return 16 hexadecimal digits that only this key gives for this purpose.

    It is an HMAC under the key itself, so whoever has the fingerprint cannot find the key: keys
    are random and have 32 characters or more.
    """
    message = f"fingerprint\x1f{purpose}".encode()
    return hmac.new(key.encode(), message, "sha256").hexdigest()[:DIGITS]


def fingerprints(keys: Sequence[str], purpose: str) -> list[str]:
    """Return the fingerprint of each key, in their order."""
    return [fingerprint(key, purpose) for key in keys]
