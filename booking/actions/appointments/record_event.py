"""Record what happens to an appointment in its history."""

from typing import Any

from booking.access.proxies import Permission
from booking.actions.acting import require_may_act
from booking.actions.actor import Actor, ActorType, EventKind
from booking.actions.audit.record import Action, AuditObject, ObjectType, record_audit
from booking.models import Appointment, AppointmentEvent


def record_event(
    appointment: Appointment, kind: EventKind, *, by: Actor, **details: Any
) -> AppointmentEvent:
    """Append an event to the history and return it. `details` must not hold anything about health.

    An event of staff or of a proxy is also an entry of the audit trail, with the network address.
    Raises MayNotActForPatient if a proxy may not do this any more.
    """
    require_may_act(by, Permission.BOOK, appointment=appointment)
    if by.for_patient is not None:
        details["for_patient"] = str(by.for_patient.public_id)
    if by.actor_type == ActorType.STAFF or by.for_patient is not None:
        changed = AuditObject(
            ObjectType.APPOINTMENT,
            appointment.public_id,
            appointment.patient_id,
            details={"event": str(kind)},
        )
        record_audit(Action.CHANGED, changed, by=by)
    return AppointmentEvent.objects.create(
        appointment=appointment, kind=kind, actor_type=by.actor_type, user=by.user, details=details
    )
