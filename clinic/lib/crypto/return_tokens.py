"""Short tokens for the return paths of mails, which only this site can make.

Mail servers may change capital letters in an address, and its part before the @ holds at most 64
characters (RFC 5321, 4.5.3.1.1). So a token is in base32, in lower case: a random id (16 bytes)
and 9 bytes of HMAC-SHA256, which makes 40 characters. 72 bits are enough for what can only be
tried by sending a mail for each attempt. The keys are settings.LINK_KEYS.
"""

import hmac
from base64 import b32decode, b32encode
from uuid import UUID

from django.conf import settings

ID_BYTES, MAC_BYTES = 16, 9
TOKEN_LENGTH = 40


def make_return_token(row: UUID) -> str:
    """Return a token of 40 lower-case letters and digits."""
    return b32encode(row.bytes + _mac(settings.LINK_KEYS[0], row)).decode().lower()


def read_return_token(token: str) -> UUID | None:
    """Return the id in a genuine token, whatever its capitals, or None."""
    if len(token) != TOKEN_LENGTH or not token.isascii():
        return None
    try:
        raw = b32decode(token, casefold=True)
    except ValueError:
        return None
    row = UUID(bytes=raw[:ID_BYTES])
    checks = [hmac.compare_digest(raw[ID_BYTES:], _mac(key, row)) for key in settings.LINK_KEYS]
    return row if any(checks) else None


def _mac(key: str, row: UUID) -> bytes:
    return hmac.new(key.encode(), b"return-path\x1f" + row.bytes, "sha256").digest()[:MAC_BYTES]
