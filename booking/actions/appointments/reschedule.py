"""Move a booked appointment to another time, therapist or room."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from booking.actions.actor import Actor, EventKind
from booking.actions.appointments.close_proposal import close_proposal
from booking.actions.appointments.lock_appointment import (
    check_no_newer_events,
    count_change,
    is_clinic_actor,
    lock_appointment,
)
from booking.actions.appointments.record_event import record_event
from booking.actions.appointments.staff_placement import (
    claim_staff_place,
    lock_requested,
    requested_treatment,
)
from booking.actions.health.screening_requirements import require_screening_passed
from booking.actions.holds.expire_holds import expire_overlapping_holds
from booking.actions.locks import lock_resources, write_action, write_transaction
from booking.inputs import MoveTerms, StaffSlotRequest
from booking.lifecycle import MOVE_UNDO_PERIOD, Override, Status
from booking.models import Appointment, ClinicProfile, Offer
from booking.notifications.subjects.appointments import notify_moved
from booking.notifications.subjects.staff_changes import notify_staff_of_change
from booking.queries.appointments.change_policy import ChangePolicy, require_allowed
from booking.queries.availability.rescheduling import (
    AppointmentPlace,
    filter_by_therapist,
    find_place,
    offers_to_move,
)
from booking.queries.availability.schedule_spans import suitable_room_ids
from booking.queries.availability.slots import validate_start
from booking.queries.availability.staff_places import StaffPlace
from clinic.lib.dates import clock

RESCHEDULE_FIELDS = (
    "option", "therapist", "room", "starts_at", "ends_at", "blocked_until", "price",
    "any_therapist",
    "sequence", "patient_move_count", "attendance_confirmed_at", "override",
)  # fmt: skip


@write_action
def reschedule_appointment(
    appointment: Appointment,
    *,
    start: datetime,
    therapist: str | None = None,
    any_therapist: bool = False,
    terms: MoveTerms | None = None,
    therapist_away: bool = False,
    by: Actor,
) -> Appointment:
    """Move the appointment; treatment and length stay. Moving it to its own place does nothing,
    unless its room does not suit it any more: then it gets another room.

    `therapist` is a slug. Without one the same therapist is kept if free, else any free one is
    assigned. `any_therapist` says that the patient has no preference and `therapist` is only the
    one the page showed. `therapist_away` tells the patient that the therapist before is away. No
    hold is made: one UPDATE takes the new time and frees the old one.
    Raises ChangeNotAllowed, OptionNotOffered, SlotNotOffered, SlotTaken, RoomTaken or
    ScreeningBlocked.

    With `terms` staff may choose any minute, a room, and another option. This raises
    OverrideRequired for broken rules that are not accepted, and ConcurrentChange for events they
    have not seen.
    """
    clinic = ClinicProfile.objects.get()
    count_change(appointment, by)
    with write_transaction():
        if terms is not None:
            slot_request = staff_request(appointment, start, therapist, terms)
            return _reschedule_by_staff(appointment, slot_request, terms, clinic=clinic, by=by)
        row = _lock_resources(
            appointment, filter_by_therapist(offers_to_move(appointment, clinic), therapist)
        )
        if _is_already_moved(row, start, therapist):
            return row
        offers = filter_by_therapist(
            offers_to_move(row, clinic), therapist
        )  # at the price agreed by now
        now, staff = clock.now(), is_clinic_actor(by)
        require_allowed(ChangePolicy.of(row, clinic, now, by_staff=staff).moving)
        require_screening_passed(row, row.option.treatment, now)
        validate_start(start, now)
        close_proposal(row, by=by)
        _expire_overlapping_holds(row, offers, start, now)
        place = find_place(row, offers, clinic=clinic, start=start, now=now, ignore_notice=staff)
        keeps_therapist = therapist in (None, row.therapist.slug)
        row.any_therapist = any_therapist or (row.any_therapist and keeps_therapist)
        row.patient_move_count += not staff and row.override != Override.ASKED
        apply_move(row, place, terms=MoveTerms(), therapist_away=therapist_away, by=by)
    return row


def _reschedule_by_staff(
    appointment: Appointment,
    slot_request: StaffSlotRequest,
    terms: MoveTerms,
    *,
    clinic: ClinicProfile,
    by: Actor,
) -> Appointment:
    """Move as staff request. After its start an appointment may only change room or length."""
    lock_requested(slot_request, therapists=[appointment.therapist_id], rooms=[appointment.room_id])
    row = lock_appointment(appointment)
    if _is_already_as_requested(row, slot_request):
        return row
    check_no_newer_events(row, terms.last_seen_event)
    now = clock.now()
    policy = ChangePolicy.of(row, clinic, now, by_staff=True)
    require_allowed(policy.cancelling if row.starts_at == slot_request.start else policy.moving)
    require_screening_passed(row, requested_treatment(slot_request), now)
    close_proposal(row, by=by)
    place = claim_staff_place(
        slot_request, clinic, now=now, accepted_overrides=terms.accepted_overrides, excluding=row
    )
    undo = undo_values(row)
    row.any_therapist = row.any_therapist and place.therapist.pk == row.therapist_id
    apply_move(row, place, terms=terms, undo=undo, by=by)
    return row


def staff_request(
    appointment: Appointment, start: datetime, therapist: str | None, terms: MoveTerms
) -> StaffSlotRequest:
    """Complete the request with what the appointment has now."""
    option = terms.option or appointment.option_id
    return StaffSlotRequest(option, start, therapist or appointment.therapist.slug, terms.room)


def _lock_resources(appointment: Appointment, offers: Mapping[int, Offer]) -> Appointment:
    """Lock the old and all possible therapists and rooms, and then the appointment."""
    lock_resources(
        therapists={appointment.therapist_id, *offers},
        rooms={appointment.room_id, *suitable_room_ids(appointment.option.treatment)},
    )
    return lock_appointment(appointment)


def _is_already_moved(row: Appointment, start: datetime, therapist: str | None) -> bool:
    """Return whether an earlier request (a double click, a retry) has moved it already."""
    has_therapist = therapist is None or row.therapist.slug == therapist
    is_there = has_therapist and row.status == Status.BOOKED and row.starts_at == start
    needed = row.option.treatment.room_kind_id
    return is_there and row.room.is_active and needed in (None, row.room.kind_id)


def _expire_overlapping_holds(
    row: Appointment, offers: Mapping[int, Offer], start: datetime, now: datetime
) -> None:
    turnaround = timedelta(minutes=row.option.turnaround_minutes)
    expire_overlapping_holds(
        offers,
        suitable_room_ids(row.option.treatment),
        starts_at=start,
        blocked_until=start + (row.ends_at - row.starts_at) + turnaround,
        now=now,
    )


def _is_already_as_requested(row: Appointment, slot_request: StaffSlotRequest) -> bool:
    """Like `_is_already_moved`, for a request of staff, which may name an option and a room."""
    same_room = slot_request.room is None or slot_request.room == row.room_id
    same_option = slot_request.option == row.option_id
    return (
        same_room
        and same_option
        and _is_already_moved(row, slot_request.start, slot_request.therapist)
    )


def apply_move(
    row: Appointment,
    place: AppointmentPlace,
    *,
    terms: MoveTerms,
    therapist_away: bool = False,
    undo: Mapping[str, object] | None = None,
    by: Actor,
) -> None:
    """Save, record and notify. The patient is not notified if only the room changes.

    With `undo` (see `undo_values`) the move can be undone for a minute, and its mail waits as long.
    """
    before = history_snapshot(row)
    row.therapist, row.room_id = place.therapist, place.room
    row.starts_at, row.ends_at, row.blocked_until = (
        place.starts_at,
        place.ends_at,
        place.blocked_until,
    )
    row.price, row.override = place.price, ""
    row.attendance_confirmed_at = None
    details: dict[str, object] = {}
    if isinstance(place, StaffPlace):
        row.option, row.override = place.option, place.override
        details = {"override": place.overrides} if place.overrides else {}
    row.sequence += 1
    row.save(update_fields=RESCHEDULE_FIELDS)
    after = history_snapshot(row)
    concerns_patient = before | {"room": None} != after | {"room": None}
    notify_patient = concerns_patient and terms.notify_patient
    details |= {} if notify_patient else {"patient_notified": False}
    details |= {"undo": undo} if undo else {}
    event = record_event(row, EventKind.MOVED, by=by, **{"from": before}, to=after, **details)
    if concerns_patient:
        notify_moved(
            row,
            event,
            staff_message=terms.message_to_patient,
            notify_patient=notify_patient,
            therapist_away=therapist_away,
            delay=MOVE_UNDO_PERIOD if undo else timedelta(0),
        )
    notify_staff_of_change(row, event)


def undo_values(row: Appointment) -> dict[str, object]:
    """Return what a move changes besides the place, as it is stored with the move to undo it."""
    confirmed_at = row.attendance_confirmed_at
    return {
        "blocked_until": row.blocked_until.isoformat(),
        "override": row.override,
        "any_therapist": row.any_therapist,
        "attendance_confirmed_at": confirmed_at.isoformat() if confirmed_at else None,
    }


def history_snapshot(row: Appointment) -> dict[str, object]:
    """Return the appointment's place as it is stored in the history."""
    return {
        "starts_at": row.starts_at.isoformat(),
        "ends_at": row.ends_at.isoformat(),
        "option": row.option_id,
        "therapist": row.therapist_id,
        "room": row.room_id,
        "price": str(row.price),
    }
