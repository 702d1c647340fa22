"""Confirm attendance, by the patient."""

from booking.actions.actor import Actor, EventKind
from booking.actions.appointments.lock_appointment import count_change, lock_appointment
from booking.actions.appointments.record_event import record_event
from booking.actions.locks import write_action, write_transaction
from booking.models import Appointment, ClinicProfile
from booking.queries.appointments.change_policy import ChangePolicy, require_allowed
from clinic.lib.dates import clock


@write_action
def confirm_attendance(appointment: Appointment, *, by: Actor) -> Appointment:
    """Record that the patient will come. A second call changes nothing.

    Raises ChangeNotAllowed if the appointment is canceled, has begun or is over.
    """
    clinic = ClinicProfile.objects.get()
    count_change(appointment, by)
    with write_transaction():
        row = lock_appointment(appointment)
        if row.attendance_confirmed_at is not None:
            return row
        now = clock.now()
        require_allowed(ChangePolicy.of(row, clinic, now).confirming)
        row.attendance_confirmed_at = now
        row.save(update_fields=["attendance_confirmed_at"])
        record_event(row, EventKind.CONFIRMED, by=by)
    return row
