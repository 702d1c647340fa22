"""Codes of six digits that are mailed. They are computed from a random id and stored nowhere.

The key is one of settings.LINK_KEYS; `purpose` keeps the codes of one kind from fitting another.
"""

import hmac
from uuid import UUID

from clinic.lib.crypto.keyed_hash import keyed_hash, keyed_hashes

CODE_DIGITS = 6


def mailed_code(purpose: str, row: UUID) -> str:
    """Return the code of the row with this public id."""
    return _digits(keyed_hash(purpose, str(row)))


def is_mailed_code(purpose: str, row: UUID, typed: str) -> bool:
    """Return whether this is the code of the row, however many blanks were typed in it."""
    code = "".join(typed.split()).encode()
    digests = keyed_hashes(purpose, str(row))
    return any(hmac.compare_digest(_digits(digest).encode(), code) for digest in digests)


def _digits(digest: str) -> str:
    return f"{int(digest[:16], 16) % 10**CODE_DIGITS:0{CODE_DIGITS}d}"
