"""Authenticated encryption of single values, bound to the place where they are stored.

AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce. A stored value reads
`v1.<key id>.<base64url(nonce + ciphertext + tag)>`. The place (such as table, column and row) is
the associated data: a ciphertext that is copied to another row does not decrypt.

A ciphertext is as long as its text. Where the length would reveal something, the text is compressed
(RFC 1950) and padded with zeros to a multiple of `padded_to` bytes; such a value begins with `v2`.
"""

import hashlib
import os
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
PLAIN, PADDED = "v1", "v2"


class DecryptionError(Exception):
    """The value was encrypted with another key or for another place, or it was changed."""


@dataclass(frozen=True)
class Key:
    """A 256-bit key. `id` is a hash of it, stored with each value to find the key again."""

    id: str
    material: bytes

    @classmethod
    def from_secret(cls, secret: str) -> "Key":
        """Derive a key from a secret of any form."""
        material = hashlib.sha256(b"clinic field key" + secret.encode()).digest()
        return cls(id=hashlib.sha256(material).hexdigest()[:8], material=material)


def encrypt(plain: str, *, associated_data: str, secrets: Sequence[str], padded_to: int = 0) -> str:
    """Return the encrypted value, under the first of the secrets.

    With `padded_to` (bytes) the compressed text is padded to a multiple of it.
    """
    key = Key.from_secret(secrets[0])
    nonce = os.urandom(NONCE_BYTES)
    version, content = PLAIN, plain.encode()
    if padded_to:
        version, content = PADDED, zlib.compress(content)
        content += bytes(-len(content) % padded_to)
    encrypted = nonce + AESGCM(key.material).encrypt(nonce, content, associated_data.encode())
    return f"{version}.{key.id}.{urlsafe_b64encode(encrypted).decode()}"


def decrypt(stored: str, *, associated_data: str, secrets: Sequence[str]) -> str:
    """Return the plain text. Raises DecryptionError, which contains no part of the value."""
    version, _, rest = stored.partition(".")
    key_id, _, body = rest.partition(".")
    key = next((key for key in map(Key.from_secret, secrets) if key.id == key_id), None)
    if version not in (PLAIN, PADDED) or key is None:
        raise DecryptionError(f"No key in FIELD_KEYS reads this value of {associated_data}.")
    try:
        encrypted = urlsafe_b64decode(body)
        content = AESGCM(key.material).decrypt(
            encrypted[:NONCE_BYTES], encrypted[NONCE_BYTES:], associated_data.encode()
        )
        if version == PADDED:
            content = zlib.decompressobj().decompress(content)
        return content.decode()
    except (InvalidTag, ValueError, zlib.error):  # ValueError: cut short, or not base64 at all
        raise DecryptionError(f"This value does not belong to {associated_data}.") from None
