"""The day at the desk: arrived, completed, missed; and a wrong tap is taken back."""

from datetime import datetime

from booking.actions.actor import Actor, Kind, record
from booking.actions.appointments.lock_appointment import locked
from booking.actions.health.screening_requirements import insist_fit
from booking.actions.holds.expire_holds import expire_holds_in_the_way
from booking.actions.holds.hold_slot import DOUBLE_BOOKINGS
from booking.actions.locks import lock_rooms, lock_therapists, one_at_a_time
from booking.constraints import refusing
from booking.errors import AnotherDay, NotBegun, NotPossibleNow
from booking.lifecycle import Status, check_step
from booking.models import Appointment, ClinicProfile
from clinic.lib.dates import clock

BACK = {
    Status.ARRIVED: Status.BOOKED,
    Status.COMPLETED: Status.ARRIVED,
    Status.NO_SHOW: Status.BOOKED,
}
"""Where a wrong tap leads back to."""


def mark_arrived(appointment: Appointment, *, by: Actor) -> Appointment:
    """The patient is here, on the day itself. Twice is once. Raises AnotherDay, NotPossibleNow."""
    clinic = ClinicProfile.objects.get()
    with one_at_a_time():
        row, now = locked(appointment), clock.now()
        if row.status == Status.ARRIVED:
            return row
        check_step(row.status, Status.ARRIVED)
        if not _same_day(row.starts_at, now, clinic):
            raise AnotherDay()
        row.arrived_at = now
        return _become(row, Status.ARRIVED, Kind.ARRIVED, by=by)


def mark_completed(appointment: Appointment, *, by: Actor) -> Appointment:
    """The treatment is done. Twice is once. Raises NotPossibleNow."""
    with one_at_a_time():
        row = locked(appointment)
        if row.status == Status.COMPLETED:
            return row
        check_step(row.status, Status.COMPLETED)
        return _become(row, Status.COMPLETED, Kind.COMPLETED, by=by)


def mark_missed(appointment: Appointment, *, by: Actor) -> Appointment:
    """The patient did not come: the time is free. Twice is once.

    Raises NotBegun, NotPossibleNow.
    """
    with one_at_a_time():
        row = locked(appointment)
        if row.status == Status.NO_SHOW:
            return row
        check_step(row.status, Status.NO_SHOW)
        if clock.now() < row.starts_at:
            raise NotBegun()
        return _become(row, Status.NO_SHOW, Kind.MISSED, by=by)


def step_back(appointment: Appointment, *, of: Status, by: Actor) -> Appointment:
    """Take back the tap that led to `of`. Twice is once.

    Who did come after all takes the time again: raises SlotTaken or RoomTaken if it is gone, and
    what the health gate refuses.
    """
    if of not in BACK:
        raise NotPossibleNow()
    with refusing(DOUBLE_BOOKINGS), one_at_a_time():
        lock_therapists([appointment.therapist_id])
        lock_rooms([appointment.room_id])
        row = locked(appointment)
        if row.status == BACK[of]:
            return row
        if row.status != of:
            raise NotPossibleNow()
        check_step(row.status, BACK[of])
        if of == Status.NO_SHOW:
            insist_fit(row, row.option.treatment, clock.now())
            _free_lapsed(row)
        if of == Status.ARRIVED:
            row.arrived_at = None
        return _become(row, BACK[of], Kind.STEPPED_BACK, by=by)


def _become(row: Appointment, status: Status, kind: Kind, *, by: Actor) -> Appointment:
    before, row.status = row.status, status
    row.save(update_fields=["status", "arrived_at"])
    record(row, kind, by=by, **{"from": before})
    return row


def _same_day(one: datetime, other: datetime, clinic: ClinicProfile) -> bool:
    return one.astimezone(clinic.zone).date() == other.astimezone(clinic.zone).date()


def _free_lapsed(row: Appointment) -> None:
    expire_holds_in_the_way(
        [row.therapist_id],
        [row.room_id],
        starts_at=row.starts_at,
        frees_at=row.frees_at,
        now=clock.now(),
    )
