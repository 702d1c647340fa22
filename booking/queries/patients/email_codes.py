"""Codes by mail that prove an address before a time is held.

The code is computed from the id of the notification that it is mailed in, under LINK_KEYS, so it is
stored nowhere. The token of the page that asks for it names that notification.
"""

from datetime import datetime, timedelta

from booking.models import Notification
from booking.queries.patients.mailed_codes import is_mailed_code, mailed_code
from clinic.lib.crypto import signed_links

NOTIFICATION_KIND, PURPOSE, TOKEN_VERSION = "email_code", "email-code", 1
CODE_VALID_FOR = timedelta(minutes=15)


def email_code(notification: Notification) -> str:
    """Return the code of a notification."""
    return mailed_code(PURPOSE, notification.public_id)


def is_email_code(notification: Notification, code: str, now: datetime) -> bool:
    """Return whether this is the code of a notification, and still valid."""
    if now >= notification.created_at + CODE_VALID_FOR:
        return False
    return is_mailed_code(PURPOSE, notification.public_id, code)


def make_code_token(notification: Notification) -> str:
    """Return the token of the page that asks for the code of a notification."""
    return signed_links.make_token(PURPOSE, notification.public_id, TOKEN_VERSION)


def find_code_notification(token: str) -> Notification | None:
    """Return the notification of a genuine token, or None."""
    row = signed_links.unverified_row_id(token)
    if row is None or not signed_links.is_valid_token(token, PURPOSE, row, TOKEN_VERSION):
        return None
    return Notification.objects.filter(public_id=row, kind=NOTIFICATION_KIND).first()
