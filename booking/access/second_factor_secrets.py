"""The secrets of authenticator apps and recovery codes, encrypted under FIELD_KEYS.

They are bound to their user: copied into another user's row, a secret does not decrypt.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from allauth.core import context
from django.conf import settings

from clinic.lib.crypto import cipher

_owner: ContextVar[int | None] = ContextVar("owner of second factor secrets", default=None)


@contextmanager
def secrets_of(user_id: int) -> Iterator[None]:
    """Let allauth encrypt and decrypt the secrets of this user here, whoever is signed in."""
    token = _owner.set(user_id)
    try:
        yield
    finally:
        _owner.reset(token)


def owner_of_secrets() -> int:
    """Return the user named by `secrets_of`, or else the one who is signed in.

    allauth's adapter is given a secret without its user. Raises RuntimeError if there is neither.
    """
    owner = _owner.get()
    if owner is None and context.request is not None:
        owner = context.request.user.pk
    if owner is None:
        raise RuntimeError("Nobody is signed in: use secrets_of().")
    return owner


def encrypt_secret(secret: str, user_id: int) -> str:
    """Return the encrypted secret of an app, or seed of recovery codes."""
    return cipher.encrypt(secret, associated_data=_place_of(user_id), secrets=settings.FIELD_KEYS)


def decrypt_secret(stored: str, user_id: int) -> str:
    """Return the secret. Raises DecryptionError for another user, or if its key is lost."""
    return cipher.decrypt(stored, associated_data=_place_of(user_id), secrets=settings.FIELD_KEYS)


def _place_of(user_id: int) -> str:
    return f"mfa_authenticator.data.user {user_id}"
