"""A guest shows that an e-mail address is theirs, when more book than usual."""

from uuid import uuid4

from booking.actions.actor import Actor
from booking.actions.locks import one_at_a_time
from booking.actions.rate_limit import Rule, spend, spend_by
from booking.errors import HoldExpired
from booking.models import Appointment
from booking.notifications import enqueue
from booking.notifications.outbox import URGENT
from booking.queries.patients.email_verification import PROVE_EMAIL, VALID_FOR
from clinic.lib.dates import clock

PROOFS = Rule("proof", most=10, minutes=60)
PROOFS_OF_EMAIL = Rule("proof-email", most=3, minutes=60)


def ask_for_proof(hold: Appointment, email: str, *, by: Actor) -> None:
    """Queue a mail with a link that is valid for an hour. Raises HoldExpired, TooMany."""
    spend_by(PROOFS, by)
    spend(PROOFS_OF_EMAIL, email)
    now = clock.now()
    with one_at_a_time():
        row = Appointment.objects.select_for_update(no_key=True).get(pk=hold.pk)
        if not row.holds_at(now):
            raise HoldExpired()
        enqueue(
            PROVE_EMAIL,
            key=f"{PROVE_EMAIL}:{uuid4()}",
            to=email,
            appointment=row,
            give_up_at=now + VALID_FOR,
            priority=URGENT,
        )
