"""Cancel a booked appointment, by the patient or by the clinic."""

from booking.actions.actor import Actor, EventKind
from booking.actions.appointments.close_proposal import close_proposal
from booking.actions.appointments.lock_appointment import (
    check_no_newer_events,
    count_change,
    is_clinic_actor,
    lock_appointment,
)
from booking.actions.appointments.record_event import record_event
from booking.actions.locks import write_action, write_transaction
from booking.lifecycle import Status, check_transition
from booking.models import Appointment, ClinicProfile
from booking.notifications.subjects.appointments import notify_cancelled
from booking.notifications.subjects.staff_changes import notify_staff_of_change
from booking.queries.appointments.change_policy import ChangePolicy, require_allowed
from booking.registries import ledger
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
    message_to_patient: str | None = None,
    notify_patient: bool = True,
    last_seen_event: int | None = None,
) -> Appointment:
    """Cancel and free the time. A second call changes nothing and notifies nobody.

    The patient is told the `reason` that staff give, or `message_to_patient` instead, unless
    `notify_patient` is False. A patient's own reason is stored encrypted and never mailed.
    `last_seen_event` is the primary key of the newest event that staff had seen. Raises
    ChangeNotAllowed, or ConcurrentChange if there is a newer event.
    """
    clinic = ClinicProfile.objects.get()
    staff = is_clinic_actor(by)
    count_change(appointment, by)
    with write_transaction():
        row = lock_appointment(appointment)
        if row.status == Status.CANCELLED:
            return row
        check_no_newer_events(row, last_seen_event)
        now = clock.now()
        require_allowed(ChangePolicy.of(row, clinic, now, by_staff=staff).cancelling)
        check_transition(row.status, Status.CANCELLED)
        close_proposal(row, by=by)
        is_charged = row.status == Status.ARRIVED
        row.status, row.cancelled_at, row.cancel_reason = Status.CANCELLED, now, reason
        row.attendance_confirmed_at = None
        row.sequence += 1
        row.save(update_fields=CANCELLATION_FIELDS)
        event = record_event(
            row,
            EventKind.CANCELLED,
            by=by,
            **({} if notify_patient else {"patient_notified": False}),
        )
        if notify_patient:
            message = reason if message_to_patient is None else message_to_patient
            notify_cancelled(row, event, by_staff=staff, staff_message=message if staff else "")
        notify_staff_of_change(row, event)
        if is_charged:
            ledger.settle(row)
    return row
