"""Write the audit trail of health data: who did what with whose data, when and from where."""

from collections.abc import Iterable

from booking.actions.actor import Actor
from booking.actions.audit.record import AuditObject, record_audit, record_once_an_hour
from booking.models import AuditEntry, Screening
from booking.queries.appointments.drafts import load_draft

AccessAction = AuditEntry.Action
AccessedContent = AuditEntry.ObjectType


def log_health_access(
    screenings: Iterable[Screening], action: AccessAction, content: AccessedContent, *, by: Actor
) -> None:
    """Add an entry for each screening.

    A second read of the same answers by the same actor within a clock hour adds none. At most two
    queries for reads, one for each screening otherwise.
    """
    accessed = [
        AuditObject(content, screening.public_id, screening.patient_id, respondent_email(screening))
        for screening in screenings
    ]
    if action == AccessAction.READ:
        record_once_an_hour(action, accessed, by=by)
        return
    for audit_object in accessed:
        record_audit(action, audit_object, by=by)


def respondent_email(screening: Screening) -> str:
    """Return the patient's e-mail address, or that of the draft if nothing is booked yet."""
    if screening.patient is not None:
        return screening.patient.email
    return str(load_draft(screening.appointment).get("email", ""))
