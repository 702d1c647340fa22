"""A patient says that they will come."""

from booking.actions.actor import Actor, Kind, record
from booking.actions.appointments.lock_appointment import locked, spend_change
from booking.actions.locks import one_at_a_time
from booking.models import Appointment, ClinicProfile
from booking.queries.appointments.change_policy import ChangePolicy, insist
from clinic.lib.dates import clock


def confirm_attendance(appointment: Appointment, *, by: Actor) -> Appointment:
    """Note it, once. Raises NotChangeable when it is cancelled, begun or over."""
    clinic = ClinicProfile.objects.get()
    spend_change(appointment, by)
    with one_at_a_time():
        row = locked(appointment)
        if row.attendance_confirmed_at is not None:
            return row
        now = clock.now()
        insist(ChangePolicy.of(row, clinic, now).confirming)
        row.attendance_confirmed_at = now
        row.save(update_fields=["attendance_confirmed_at"])
        record(row, Kind.CONFIRMED, by=by)
    return row
