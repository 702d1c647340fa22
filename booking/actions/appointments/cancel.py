"""A booked appointment is called off, by either side."""

from booking.actions.actor import Actor, Kind, record
from booking.actions.appointments.lock_appointment import check_seen, is_staff, locked, spend_change
from booking.actions.locks import one_at_a_time
from booking.lifecycle import Status, check_step
from booking.models import Appointment, ClinicProfile
from booking.notifications.subjects.appointment_changes import tell_cancelled, tell_staff_of_change
from booking.queries.appointments.change_policy import ChangePolicy, insist
from clinic.lib.dates import clock

CANCELLED_FIELDS = (
    "status", "cancelled_at", "cancel_reason", "attendance_confirmed_at", "sequence",
)  # fmt: skip


def cancel_appointment(
    appointment: Appointment,
    *,
    by: Actor,
    reason: str = "",
    words: str | None = None,
    tell: bool = True,
    seen: int | None = None,
) -> Appointment:
    """Free the time at once. Cancelling again changes nothing and tells nobody again.

    What staff give as a reason is told to the patient, unless they choose other `words`, or not
    to `tell` at all; a patient's own reason is kept encrypted and told to nobody by mail. `seen`
    is the last event of the history that staff had before them. Raises NotChangeable or
    ChangedMeanwhile.
    """
    clinic = ClinicProfile.objects.get()
    staff = is_staff(by)
    spend_change(appointment, by)
    with one_at_a_time():
        row = locked(appointment)
        if row.status == Status.CANCELLED:
            return row
        check_seen(row, seen)
        now = clock.now()
        insist(ChangePolicy.of(row, clinic, now, by_staff=staff).cancelling)
        check_step(row.status, Status.CANCELLED)
        row.status, row.cancelled_at, row.cancel_reason = Status.CANCELLED, now, reason
        row.attendance_confirmed_at = None
        row.sequence += 1
        row.save(update_fields=CANCELLED_FIELDS)
        event = record(row, Kind.CANCELLED, by=by, **({} if tell else {"told": False}))
        if tell:
            said = reason if words is None else words
            tell_cancelled(row, event, by_staff=staff, words=said if staff else "")
        tell_staff_of_change(row, event)
    return row
