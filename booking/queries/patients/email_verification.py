"""Links that prove an e-mail address: whoever opens one can read its mail.

The link carries the id of the message it was mailed in; that row says to whom, and when.
"""

from datetime import datetime, timedelta

from booking.models import Appointment, Notification
from clinic.lib.crypto import signed_links

LINK_PURPOSE, NOTIFICATION_KIND, LINK_VERSION = "verify-email", "prove_email", 1
LINK_VALID_FOR = timedelta(hours=1)


def make_verification_token(message: Notification) -> str:
    """For the mail that asks to confirm an address."""
    return signed_links.make_token(LINK_PURPOSE, message.public_id, LINK_VERSION)


def find_verification(token: str) -> Notification | None:
    """The message that a genuine link was mailed in, however old."""
    row = signed_links.unverified_row_id(token)
    if row is None or not signed_links.is_valid_token(token, LINK_PURPOSE, row, LINK_VERSION):
        return None
    return Notification.objects.filter(public_id=row, kind=NOTIFICATION_KIND).first()


def is_verification_valid(proof: Notification, now: datetime) -> bool:
    """For an hour."""
    return now < proof.created_at + LINK_VALID_FOR


def verifies_email(token: str, email: str, now: datetime) -> bool:
    """Whether the link, followed now, proves this address."""
    proof = find_verification(token)
    return (
        proof is not None
        and is_verification_valid(proof, now)
        and proof.to_email.lower() == email.lower()
    )


def hold_of_verification(proof: Notification) -> Appointment:
    """What shall be booked: the held time, or the same one taken again since."""
    return Appointment.objects.with_related().get(pk=proof.appointment_id or 0)
