"""Mark an appointment as arrived, completed or missed, or undo such a mark."""

from datetime import datetime

from booking.actions.actor import Actor, EventKind
from booking.actions.appointments.close_proposal import close_proposal
from booking.actions.appointments.lock_appointment import lock_appointment
from booking.actions.appointments.record_event import record_event
from booking.actions.health.screening_requirements import require_screening_passed
from booking.actions.holds.expire_holds import expire_overlapping_holds
from booking.actions.locks import lock_resources, write_action, write_transaction
from booking.errors import InvalidState, NotStarted, NotToday
from booking.lifecycle import Status, check_transition
from booking.models import Appointment, ClinicProfile
from booking.registries import ledger
from clinic.lib.dates import clock

PREVIOUS_STATUS = {
    Status.ARRIVED: Status.BOOKED,
    Status.COMPLETED: Status.ARRIVED,
    Status.NO_SHOW: Status.BOOKED,
}
"""The status that undoing a mark restores."""


@write_action
def mark_arrived(appointment: Appointment, *, by: Actor) -> Appointment:
    """Mark as arrived, on the day of the appointment. A second call changes nothing.

    Raises NotToday or InvalidState.
    """
    clinic = ClinicProfile.objects.get()
    with write_transaction():
        row, now = lock_appointment(appointment), clock.now()
        if row.status == Status.ARRIVED:
            return row
        check_transition(row.status, Status.ARRIVED)
        if not _is_same_clinic_day(row.starts_at, now, clinic):
            raise NotToday()
        row.arrived_at = now
        return _set_status(row, Status.ARRIVED, EventKind.ARRIVED, by=by)


@write_action
def mark_completed(appointment: Appointment, *, by: Actor) -> Appointment:
    """Mark as completed. A second call changes nothing. Raises InvalidState."""
    with write_transaction():
        row = lock_appointment(appointment)
        if row.status == Status.COMPLETED:
            return row
        check_transition(row.status, Status.COMPLETED)
        return _set_status(row, Status.COMPLETED, EventKind.COMPLETED, by=by)


@write_action
def mark_no_show(appointment: Appointment, *, by: Actor) -> Appointment:
    """Mark as missed, which frees the time. A second call changes nothing.

    Raises NotStarted or InvalidState.
    """
    with write_transaction():
        row = lock_appointment(appointment)
        if row.status == Status.NO_SHOW:
            return row
        check_transition(row.status, Status.NO_SHOW)
        if clock.now() < row.starts_at:
            raise NotStarted()
        return _set_status(row, Status.NO_SHOW, EventKind.NO_SHOW, by=by)


@write_action
def revert_status(appointment: Appointment, *, from_status: Status, by: Actor) -> Appointment:
    """Take back `from_status`, which was set by mistake. A second call changes nothing.

    A patient marked as missed takes their time again: raises SlotTaken or RoomTaken if it is
    gone, ScreeningBlocked if the health screening does not allow the appointment, InvalidState
    if the appointment has another status.
    """
    if from_status not in PREVIOUS_STATUS:
        raise InvalidState()
    with write_transaction():
        lock_resources(therapists=[appointment.therapist_id], rooms=[appointment.room_id])
        row = lock_appointment(appointment)
        if row.status == PREVIOUS_STATUS[from_status]:
            return row
        if row.status != from_status:
            raise InvalidState()
        check_transition(row.status, PREVIOUS_STATUS[from_status])
        if from_status == Status.NO_SHOW:
            require_screening_passed(row, row.option.treatment, clock.now())
            _expire_overlapping_holds(row)
        if from_status == Status.ARRIVED:
            row.arrived_at = None
        return _set_status(row, PREVIOUS_STATUS[from_status], EventKind.STATUS_REVERTED, by=by)


def _set_status(row: Appointment, status: Status, kind: EventKind, *, by: Actor) -> Appointment:
    before, row.status = row.status, status
    close_proposal(row, by=by)
    row.save(update_fields=["status", "arrived_at"])
    record_event(row, kind, by=by, **{"from": before})
    ledger.settle(row)
    return row


def _is_same_clinic_day(first: datetime, second: datetime, clinic: ClinicProfile) -> bool:
    return clinic.local_date(first) == clinic.local_date(second)


def _expire_overlapping_holds(row: Appointment) -> None:
    expire_overlapping_holds(
        [row.therapist_id],
        [row.room_id],
        starts_at=row.starts_at,
        blocked_until=row.blocked_until,
        now=clock.now(),
    )
