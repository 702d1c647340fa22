"""Whom a line of the audit trail is about, without their address being in it."""

import hmac

from django.conf import settings


def hash_email(email: str) -> str:
    """A keyed hash of an address; empty for none."""
    return hash_email_with_all_keys(email)[0] if email else ""


def hash_email_with_all_keys(email: str) -> list[str]:
    """The hash under every key in use, that of now first."""
    message = b"health subject\x1f" + email.strip().lower().encode()
    keys = [key.encode() for key in settings.LINK_KEYS]
    return [hmac.new(key, message, "sha256").hexdigest() for key in keys]
