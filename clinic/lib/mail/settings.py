"""Check the settings of mail. Those for mails that come back raise ImproperlyConfigured."""

from importlib.util import find_spec
from typing import Any

import dj_email_url
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.validators import validate_email

from clinic.lib.crypto.return_tokens import TOKEN_LENGTH
from clinic.lib.mail.imap_mailbox import parse_mailbox_url

MAX_LOCAL_PART = 64
"""Characters before the @ (RFC 5321, 4.5.3.1.1)."""
MIN_SECRET_LENGTH = 24
SIGNING_KEY_SETTINGS = {
    "mailersend": "MAILERSEND_SIGNING_SECRET",
    "mailgun": "MAILGUN_WEBHOOK_SIGNING_KEY",
    "mailtrap": "MAILTRAP_WEBHOOK_SIGNING_SECRET",
    "mandrill": "MANDRILL_WEBHOOK_KEY",
    "postal": "POSTAL_WEBHOOK_KEY",
    "resend": "RESEND_SIGNING_SECRET",
}
"""The providers that sign their reports, and anymail's name for the key."""
PROVIDERS = frozenset({*SIGNING_KEY_SETTINGS, "brevo", "mailjet", "postmark", "sparkpost"})


def parse_email_url(url: str) -> dict[str, Any]:
    """Return Django's settings for a mail server. Raises ValueError for an unknown scheme."""
    configuration = dict(dj_email_url.parse(url))
    if configuration["EMAIL_BACKEND"] is None:
        raise ValueError("There is no way to send mails with this scheme.")
    return configuration


def check_bounce_address(address: str) -> str:
    """Return the address, which may be empty.

    Raises ImproperlyConfigured if it is invalid, or too long to add a token.
    """
    if not address:
        return ""
    user = address.rpartition("@")[0]
    try:
        validate_email(address)
    except ValidationError:
        raise ImproperlyConfigured("BOUNCE_ADDRESS must be an e-mail address.") from None
    if len(user) > MAX_LOCAL_PART - TOKEN_LENGTH - 1:
        raise ImproperlyConfigured(
            f"BOUNCE_ADDRESS may have at most {MAX_LOCAL_PART - TOKEN_LENGTH - 1} characters "
            "before the @."
        )
    return address


def check_mailbox_url(url: str) -> str:
    """Return the URL of a mailbox, which may be empty. Raises ImproperlyConfigured."""
    if url:
        try:
            parse_mailbox_url(url)
        except ValueError as problem:
            raise ImproperlyConfigured(f"BOUNCE_MAILBOX_URL: {problem}") from None
    return url


def anymail_settings(provider: str, secret: str, signing_key: str) -> dict[str, str]:
    """Return anymail's settings for the reports of a mail provider.

    `secret`, as `name:password`, is what the provider authenticates with. It is always required; so
    is the signing key, for providers that sign. Raises ImproperlyConfigured.
    """
    if provider not in PROVIDERS:
        raise ImproperlyConfigured(f"MAIL_WEBHOOK must be one of {', '.join(sorted(PROVIDERS))}.")
    if find_spec("anymail") is None:
        raise ImproperlyConfigured("MAIL_WEBHOOK needs the package django-anymail.")
    if ":" not in secret or len(secret) < MIN_SECRET_LENGTH:
        raise ImproperlyConfigured(
            f"MAIL_WEBHOOK_SECRET must be name:password, {MIN_SECRET_LENGTH} characters or more."
        )
    if provider not in SIGNING_KEY_SETTINGS:
        return {"WEBHOOK_SECRET": secret}
    if not signing_key:
        raise ImproperlyConfigured(f"{provider} signs its reports: set MAIL_WEBHOOK_SIGNING_KEY.")
    return {"WEBHOOK_SECRET": secret, SIGNING_KEY_SETTINGS[provider]: signing_key}
