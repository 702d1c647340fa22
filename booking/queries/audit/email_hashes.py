"""Keyed hashes of e-mail addresses, for the audit trail, which stores no addresses."""

import hmac

from django.conf import settings


def hash_email(email: str) -> str:
    """Return the HMAC-SHA-256 of an address under the current key; empty for an empty address."""
    return hash_email_with_all_keys(email)[0] if email else ""


def hash_email_with_all_keys(email: str) -> list[str]:
    """Return the hash of an address under every key of LINK_KEYS, the current one first."""
    message = b"health subject\x1f" + email.strip().lower().encode()
    keys = [key.encode() for key in settings.LINK_KEYS]
    return [hmac.new(key, message, "sha256").hexdigest() for key in keys]
