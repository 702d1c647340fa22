"""Links that prove an e-mail address: whoever opens one can read its mail.

The link carries the id of the message it was mailed in; that row says to whom, and when.
"""

from datetime import datetime, timedelta

from booking.models import Appointment, Message
from clinic.lib.crypto import signed_links

PROOF, PROVE_EMAIL, VERSION = "prove-email", "prove_email", 1
VALID_FOR = timedelta(hours=1)


def proof_token(message: Message) -> str:
    """For the mail that asks to confirm an address."""
    return signed_links.make_token(PROOF, message.public_id, VERSION)


def find_proof(token: str) -> Message | None:
    """The message that a genuine link was mailed in, however old."""
    row = signed_links.claimed_row(token)
    if row is None or not signed_links.is_genuine(token, PROOF, row, VERSION):
        return None
    return Message.objects.filter(public_id=row, kind=PROVE_EMAIL).first()


def is_valid(proof: Message, now: datetime) -> bool:
    """For an hour."""
    return now < proof.created_at + VALID_FOR


def proves(token: str, email: str, now: datetime) -> bool:
    """Whether the link, followed now, proves this address."""
    proof = find_proof(token)
    return proof is not None and is_valid(proof, now) and proof.to_email.lower() == email.lower()


def hold_of(proof: Message) -> Appointment:
    """What shall be booked: the held time, or the same one taken again since."""
    return Appointment.objects.with_everything().get(pk=proof.appointment_id or 0)
