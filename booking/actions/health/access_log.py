"""The audit trail of health data: who did what with whose, when and from where."""

from collections.abc import Iterable

from booking.actions.actor import Actor
from booking.models import HealthAccess, Screening
from booking.queries.appointments.drafts import typed
from booking.queries.health.email_hashes import subject_of
from clinic.lib.dates import clock

Did = HealthAccess.Did
What = HealthAccess.What


def note_access(screenings: Iterable[Screening], did: Did, what: What, *, by: Actor) -> None:
    """One line a record. One query, and none when there is nothing to note."""
    now = clock.now()
    lines = [
        HealthAccess(
            at=now,
            did=did,
            what=what,
            object=screening.public_id,
            patient=screening.patient_id,
            subject=subject_of(email_of(screening)),
            door=by.door,
            user=by.user,
            address=by.address,
        )
        for screening in screenings
    ]
    if lines:
        HealthAccess.objects.bulk_create(lines)


def email_of(screening: Screening) -> str:
    """The address of whoever answered, booked or not."""
    if screening.patient is not None:
        return screening.patient.email
    return str(typed(screening.appointment).get("email", ""))
