"""Somebody writes to the clinic through the form."""

from uuid import uuid4

from booking.actions.actor import Actor
from booking.actions.locks import one_at_a_time
from booking.actions.rate_limit import Rule, spend_by
from booking.models import ClinicProfile
from booking.notifications import enqueue

CONTACT = Rule("contact", most=5, minutes=60)


def contact_clinic(*, name: str, email: str, message: str, by: Actor) -> None:
    """Queue it for the clinic's own address; the answer goes to the sender's. No copy goes to
    the sender, whose address nobody has proven. Raises TooMany."""
    clinic = ClinicProfile.objects.get()
    spend_by(CONTACT, by)
    with one_at_a_time():
        enqueue(
            "contact",
            key=f"contact:{uuid4()}",
            to=clinic.email,
            to_name=clinic.name,
            data={"name": name, "reply_to": email, "message": message},
        )
