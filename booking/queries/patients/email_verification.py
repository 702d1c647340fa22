"""Links that verify an e-mail address: only a person who can read its mail can open one.

The link contains the id of the notification it was mailed in, which has the address and the time.
"""

from datetime import datetime, timedelta

from booking.models import Appointment, Notification
from clinic.lib.crypto import signed_links

LINK_PURPOSE, NOTIFICATION_KIND, LINK_VERSION = "verify-email", "prove_email", 1
LINK_VALID_FOR = timedelta(hours=1)


def make_verification_token(message: Notification) -> str:
    """Return the token of the link in a verification mail."""
    return signed_links.make_token(LINK_PURPOSE, message.public_id, LINK_VERSION)


def find_verification(token: str) -> Notification | None:
    """Return the notification that a genuine token was mailed in, however old, or None."""
    row = signed_links.verified_row_id(token, LINK_PURPOSE, LINK_VERSION)
    if row is None:
        return None
    return Notification.objects.filter(public_id=row, kind=NOTIFICATION_KIND).first()


def is_verification_valid(verification: Notification, now: datetime) -> bool:
    """Whether the link was mailed less than LINK_VALID_FOR ago."""
    return now < verification.created_at + LINK_VALID_FOR


def verifies_email(token: str, email: str, now: datetime) -> bool:
    """Whether a token is valid now and was mailed to this address."""
    verification = find_verification(token)
    return (
        verification is not None
        and is_verification_valid(verification, now)
        and verification.to_email.lower() == email.lower()
    )


def hold_of_verification(verification: Notification) -> Appointment:
    """Return the hold that the verification was requested for."""
    return Appointment.objects.with_related().get(pk=verification.appointment_id or 0)
