"""Undo the cancellation of an appointment."""

from booking.actions.actor import Actor, EventKind
from booking.actions.appointments.cancel import CANCELLATION_FIELDS
from booking.actions.appointments.lock_appointment import (
    count_change,
    is_clinic_actor,
    lock_appointment,
)
from booking.actions.appointments.record_event import record_event
from booking.actions.health.screening_requirements import require_screening_passed
from booking.actions.holds.expire_holds import expire_overlapping_holds
from booking.actions.holds.holding_limits import require_may_restore
from booking.actions.locks import lock_resources, write_action, write_transaction
from booking.lifecycle import Status, check_transition
from booking.models import Appointment, ClinicProfile
from booking.notifications.subjects.appointments import notify_booked
from booking.queries.appointments.change_policy import ChangePolicy, require_allowed
from booking.queries.availability.rescheduling import (
    filter_by_therapist,
    find_original_place,
    offers_to_move,
)
from booking.queries.availability.schedule_spans import suitable_room_ids
from clinic.lib.dates import clock


@write_action
def restore_appointment(appointment: Appointment, *, by: Actor) -> Appointment:
    """Book the appointment again as it was. A second call changes nothing.

    Raises ChangeNotAllowed if it is too late or if the clinic canceled it, SlotTaken or RoomTaken
    if the time is taken, ScreeningBlocked if the health screening does not allow it.
    """
    clinic = ClinicProfile.objects.get()
    count_change(appointment, by)
    with write_transaction():
        rooms = {appointment.room_id, *suitable_room_ids(appointment.option.treatment)}
        lock_resources(therapists=[appointment.therapist_id], rooms=rooms)
        row = lock_appointment(appointment)
        if row.status == Status.BOOKED:
            return row
        now = clock.now()
        require_allowed(
            ChangePolicy.of(row, clinic, now, by_staff=is_clinic_actor(by)).undo_refusal
        )
        check_transition(row.status, Status.BOOKED)
        require_screening_passed(row, row.option.treatment, now)
        require_may_restore(row, by=by, clinic=clinic, now=now)
        expire_overlapping_holds(
            [row.therapist_id],
            rooms,
            starts_at=row.starts_at,
            blocked_until=row.blocked_until,
            now=now,
        )
        offers = filter_by_therapist(offers_to_move(row, clinic), row.therapist.slug)
        row.room_id = find_original_place(row, offers, clinic=clinic, now=now).room
        row.status, row.cancelled_at, row.cancel_reason = Status.BOOKED, None, ""
        row.sequence += 1
        row.save(update_fields=(*CANCELLATION_FIELDS, "room"))
        notify_booked(row, record_event(row, EventKind.RESTORED, by=by))
    return row
