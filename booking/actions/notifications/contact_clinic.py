"""Somebody writes to the clinic through the form."""

from uuid import uuid4

from booking.actions.actor import Actor
from booking.actions.locks import write_transaction
from booking.actions.rate_limit import RateLimit, hit_for_actor
from booking.models import ClinicProfile
from booking.notifications import enqueue

CONTACT_LIMIT = RateLimit("contact", most=5, minutes=60)


def contact_clinic(*, name: str, email: str, message: str, by: Actor) -> None:
    """Queue it for the clinic's own address; the answer goes to the sender's. No copy goes to
    the sender, whose address nobody has proven. Raises TooMany."""
    clinic = ClinicProfile.objects.get()
    hit_for_actor(CONTACT_LIMIT, by)
    with write_transaction():
        enqueue(
            "contact",
            key=f"contact:{uuid4()}",
            to=clinic.email,
            to_name=clinic.name,
            data={"name": name, "reply_to": email, "message": message},
        )
