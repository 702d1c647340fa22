"""A booked appointment is called off, by either side."""

from booking.actions.actor import Actor, EventKind, record_event
from booking.actions.appointments.lock_appointment import (
    check_no_newer_events,
    hit_change_limits,
    is_clinic_actor,
    lock_appointment,
)
from booking.actions.locks import write_action, write_transaction
from booking.lifecycle import Status, check_transition
from booking.models import Appointment, ClinicProfile
from booking.notifications.subjects.appointments import notify_cancelled
from booking.notifications.subjects.staff_changes import notify_staff_of_change
from booking.queries.appointments.change_policy import ChangePolicy, require_allowed
from clinic.lib.dates import clock

CANCELLATION_FIELDS = (
    "status", "cancelled_at", "cancel_reason", "attendance_confirmed_at", "sequence",
)  # fmt: skip


@write_action
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
    staff = is_clinic_actor(by)
    hit_change_limits(appointment, by)
    with write_transaction():
        row = lock_appointment(appointment)
        if row.status == Status.CANCELLED:
            return row
        check_no_newer_events(row, seen)
        now = clock.now()
        require_allowed(ChangePolicy.of(row, clinic, now, by_staff=staff).cancelling)
        check_transition(row.status, Status.CANCELLED)
        row.status, row.cancelled_at, row.cancel_reason = Status.CANCELLED, now, reason
        row.attendance_confirmed_at = None
        row.sequence += 1
        row.save(update_fields=CANCELLATION_FIELDS)
        event = record_event(row, EventKind.CANCELLED, by=by, **({} if tell else {"told": False}))
        if tell:
            said = reason if words is None else words
            notify_cancelled(row, event, by_staff=staff, staff_message=said if staff else "")
        notify_staff_of_change(row, event)
    return row
