"""Tokens for links that only this site can make, with nothing secret in the database.

A token is base64url(random id, 16 bytes + HMAC-SHA256 cut to 20 bytes = 160 bits). The HMAC
covers purpose, id and link version, so raising the version of a row makes its old links invalid,
and a token is valid for one purpose only. The keys are settings.LINK_KEYS: the first signs, all
verify.
"""

import hmac
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from uuid import UUID

from django.conf import settings

ID_BYTES, MAC_BYTES = 16, 20
TOKEN_LENGTH = 48
TOKEN = re.compile(rf"[A-Za-z0-9_-]{{{TOKEN_LENGTH}}}")
"""The only spelling of a token, which logs hide (clinic.lib.logs.log_filters). Python's decoder
would also accept + and /, which they do not."""


def make_token(purpose: str, row: UUID, version: int) -> str:
    """Return a token of 48 URL-safe characters for the row with this public id.

    `version` is the row's link version: raising it makes earlier tokens invalid.
    """
    mac = _mac(settings.LINK_KEYS[0], purpose, row, version)
    return urlsafe_b64encode(row.bytes + mac).decode()


def unverified_row_id(token: str) -> UUID | None:
    """Return the row id in a token, not verified yet; None if it does not look like a token."""
    raw = _decoded(token)
    return UUID(bytes=raw[:ID_BYTES]) if raw else None


def is_valid_token(token: str, purpose: str, row: UUID, version: int) -> bool:
    """Return whether the token was made for this purpose, row and version with one of the keys."""
    mac = _decoded(token)[ID_BYTES:]
    checks = [
        hmac.compare_digest(mac, _mac(key, purpose, row, version)) for key in settings.LINK_KEYS
    ]
    return any(checks)


def verified_row_id(token: str, purpose: str, version: int) -> UUID | None:
    """Return the row id in a token that was made for this purpose and version, otherwise None.

    For rows whose link version never changes; else read the version of the row first.
    """
    row = unverified_row_id(token)
    return row if row is not None and is_valid_token(token, purpose, row, version) else None


def _decoded(token: str) -> bytes:
    """Return the bytes of a token; b"" if it does not match TOKEN."""
    return urlsafe_b64decode(token) if TOKEN.fullmatch(token) else b""


def _mac(key: str, purpose: str, row: UUID, version: int) -> bytes:
    message = b"\x1f".join([purpose.encode(), row.bytes, str(version).encode()])
    return hmac.new(key.encode(), message, "sha256").digest()[:MAC_BYTES]
