"""Write the audit trail of health data: who did what with whose data, when and from where."""

from collections.abc import Iterable

from booking.actions.actor import Actor
from booking.models import HealthAccess, Screening
from booking.queries.appointments.drafts import load_draft
from booking.queries.health.email_hashes import hash_email
from clinic.lib.dates import clock

AccessAction = HealthAccess.Action
AccessedContent = HealthAccess.Content


def log_health_access(
    screenings: Iterable[Screening], action: AccessAction, content: AccessedContent, *, by: Actor
) -> None:
    """Add an entry for each screening. One query, or none without screenings."""
    now = clock.now()
    entries = [
        HealthAccess(
            at=now,
            action=action,
            content=content,
            record_id=screening.public_id,
            patient_pk=screening.patient_id,
            email_hash=hash_email(respondent_email(screening)),
            actor_type=by.actor_type,
            user=by.user,
            ip_address=by.ip_address,
        )
        for screening in screenings
    ]
    if entries:
        HealthAccess.objects.bulk_create(entries)


def respondent_email(screening: Screening) -> str:
    """Return the patient's e-mail address, or that of the draft if nothing is booked yet."""
    if screening.patient is not None:
        return screening.patient.email
    return str(load_draft(screening.appointment).get("email", ""))
