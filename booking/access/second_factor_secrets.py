"""The secrets of authenticator apps and recovery codes, encrypted under FIELD_KEYS.

They are bound to their user: copied into another user's row, a secret does not decrypt.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from allauth.core import context
from django.conf import settings

from clinic.lib.crypto import cipher

_user_id: ContextVar[int | None] = ContextVar("user of second factor secrets", default=None)


@contextmanager
def use_secrets_of_user(user_id: int) -> Iterator[None]:
    """Let allauth encrypt and decrypt secrets of this user inside the block, whoever is signed
    in."""
    token = _user_id.set(user_id)
    try:
        yield
    finally:
        _user_id.reset(token)


def get_secrets_user_id() -> int:
    """Return the primary key of the user of `use_secrets_of_user`, or else of the signed-in user.

    allauth's adapter is given a secret without its user. Raises RuntimeError if there is neither.
    """
    user_id = _user_id.get()
    if user_id is None and context.request is not None:
        user_id = context.request.user.pk
    if user_id is None:
        raise RuntimeError("Nobody is signed in: use use_secrets_of_user().")
    return user_id


def encrypt_secret(secret: str, user_id: int) -> str:
    """Return an encrypted secret: of an app, or the seed of recovery codes."""
    return cipher.encrypt(
        secret, associated_data=_associated_data(user_id), secrets=settings.FIELD_KEYS
    )


def decrypt_secret(stored: str, user_id: int) -> str:
    """Return a decrypted secret. Raises DecryptionError if it is another user's or its key is
    lost."""
    return cipher.decrypt(
        stored, associated_data=_associated_data(user_id), secrets=settings.FIELD_KEYS
    )


def _associated_data(user_id: int) -> str:
    return f"mfa_authenticator.data.user {user_id}"
