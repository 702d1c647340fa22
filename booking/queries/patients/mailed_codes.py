"""Codes of six digits that are mailed. They are computed from a random id and stored nowhere.

The key is one of settings.LINK_KEYS; `purpose` makes the codes of one kind invalid for another.
Codes of a notification are computed from its public id; the token of the page on which a visitor
enters one names the notification.
"""

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from booking.models import Notification, User
from clinic.lib.crypto import signed_links
from clinic.lib.crypto.keyed_hash import keyed_hash, keyed_hashes

CODE_DIGITS = 6
CODE_VALID_FOR = timedelta(minutes=15)
"""How long a notification's code is valid after the notification was queued."""
EMAIL_CODE, IDENTITY_CODE = "email_code", "identity_code"
"""Kinds of notification: to prove an address before a hold, and to authenticate again."""
PURPOSES: Mapping[str, str] = {EMAIL_CODE: "email-code", IDENTITY_CODE: "identity-code"}
TOKEN_VERSION = 1


def mailed_code(purpose: str, row: UUID) -> str:
    """Return the code of the row with this public id."""
    return _digits(keyed_hash(purpose, str(row)))


def is_mailed_code(purpose: str, row: UUID, typed: str) -> bool:
    """Return whether the typed text, without its blanks, is the code of the row."""
    code = "".join(typed.split()).encode()
    digests = keyed_hashes(purpose, str(row))
    return any(hmac.compare_digest(_digits(digest).encode(), code) for digest in digests)


def notification_code(notification: Notification) -> str:
    """Return the code that a notification of one of the two kinds mails."""
    return mailed_code(PURPOSES[notification.kind], notification.public_id)


def is_notification_code(notification: Notification, typed: str, now: datetime) -> bool:
    """Return whether the typed text is the code of a notification, and still valid."""
    if now >= notification.created_at + CODE_VALID_FOR:
        return False
    return is_mailed_code(PURPOSES[notification.kind], notification.public_id, typed)


def make_code_token(notification: Notification) -> str:
    """Return the token of the page on which the code of a notification is entered."""
    return signed_links.make_token(PURPOSES[EMAIL_CODE], notification.public_id, TOKEN_VERSION)


def find_email_code_notification(token: str) -> Notification | None:
    """Return the notification of a valid token, or None."""
    row = signed_links.verified_row_id(token, PURPOSES[EMAIL_CODE], TOKEN_VERSION)
    if row is None:
        return None
    return Notification.objects.filter(public_id=row, kind=EMAIL_CODE).first()


def find_identity_code_notification(user: User, public_id: UUID) -> Notification | None:
    """Return a notification with a code to the user's present address, or None."""
    rows = Notification.objects.filter(public_id=public_id, kind=IDENTITY_CODE)
    return rows.filter(to_email=user.email).first()


def _digits(digest: str) -> str:
    return f"{int(digest[:16], 16) % 10**CODE_DIGITS:0{CODE_DIGITS}d}"
