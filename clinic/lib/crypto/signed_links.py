"""Links that only this site can make, without keeping anything secret in the database.

A token is base64url(random id, 16 bytes + HMAC-SHA256 cut to 20 bytes = 160 bits). The HMAC
covers purpose, id and link version, so raising the version of a row kills its old links, and
a link for one purpose opens no other. Keys: LINK_KEYS, the first signs, all verify.
"""

import hmac
from base64 import b64decode, urlsafe_b64encode
from uuid import UUID

from django.conf import settings

ID_BYTES, MAC_BYTES = 16, 20
TOKEN_LENGTH = 48


def make_token(purpose: str, row: UUID, version: int) -> str:
    """48 URL-safe characters."""
    mac = _mac(settings.LINK_KEYS[0], purpose, row, version)
    return urlsafe_b64encode(row.bytes + mac).decode()


def unverified_row_id(token: str) -> UUID | None:
    """The row that a token says it opens, to be verified; None when it is no token at all."""
    if len(token) != TOKEN_LENGTH or not token.isascii():
        return None
    raw = _decoded(token)
    return UUID(bytes=raw[:ID_BYTES]) if len(raw) == ID_BYTES + MAC_BYTES else None


def is_valid_token(token: str, purpose: str, row: UUID, version: int) -> bool:
    """Whether one of our keys made this token for this purpose, row and version."""
    mac = _decoded(token)[ID_BYTES:]
    checks = [
        hmac.compare_digest(mac, _mac(key, purpose, row, version)) for key in settings.LINK_KEYS
    ]
    return any(checks)


def _decoded(token: str) -> bytes:
    """The bytes of a token; none when it has a letter that does not belong."""
    try:
        return b64decode(token, altchars=b"-_", validate=True)
    except ValueError:
        return b""


def _mac(key: str, purpose: str, row: UUID, version: int) -> bytes:
    message = b"\x1f".join([purpose.encode(), row.bytes, str(version).encode()])
    return hmac.new(key.encode(), message, "sha256").digest()[:MAC_BYTES]
