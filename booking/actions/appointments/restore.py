"""A cancellation is taken back."""

from booking.actions.actor import Actor, Kind, record
from booking.actions.appointments.cancel import CANCELLED_FIELDS
from booking.actions.appointments.lock_appointment import is_staff, locked, spend_change
from booking.actions.health.screening_requirements import insist_fit
from booking.actions.holds.expire_holds import expire_holds_in_the_way
from booking.actions.holds.hold_slot import DOUBLE_BOOKINGS
from booking.actions.locks import lock_rooms, lock_therapists, one_at_a_time
from booking.constraints import refusing
from booking.lifecycle import Status, check_step
from booking.models import Appointment, ClinicProfile
from booking.notifications.subjects.appointment_changes import tell_booked
from booking.queries.appointments.change_policy import ChangePolicy, insist
from booking.queries.availability.rescheduling import offers_to_move, only, place_as_before
from booking.queries.availability.schedule_spans import room_ids
from clinic.lib.dates import clock


def restore_appointment(appointment: Appointment, *, by: Actor) -> Appointment:
    """Book it again as it was, if therapist and a room are still free. Twice is once.

    Raises NotChangeable when it is too late or was not the patient's own cancellation, SlotTaken
    or RoomTaken when somebody else was faster.
    """
    clinic = ClinicProfile.objects.get()
    spend_change(appointment, by)
    with refusing(DOUBLE_BOOKINGS), one_at_a_time():
        lock_therapists([appointment.therapist_id])
        rooms = {appointment.room_id, *room_ids(appointment.option.treatment)}
        lock_rooms(rooms)
        row = locked(appointment)
        if row.status == Status.BOOKED:
            return row
        now = clock.now()
        insist(ChangePolicy.of(row, clinic, now, by_staff=is_staff(by)).undoing)
        check_step(row.status, Status.BOOKED)
        insist_fit(row, row.option.treatment, now)
        expire_holds_in_the_way(
            [row.therapist_id], rooms, starts_at=row.starts_at, frees_at=row.frees_at, now=now
        )
        offers = only(offers_to_move(row, clinic), row.therapist.slug)
        row.room_id = place_as_before(row, offers, clinic=clinic, now=now).room
        row.status, row.cancelled_at, row.cancel_reason = Status.BOOKED, None, ""
        row.sequence += 1
        row.save(update_fields=(*CANCELLED_FIELDS, "room"))
        tell_booked(row, record(row, Kind.RESTORED, by=by))
    return row
