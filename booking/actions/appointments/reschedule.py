"""A booked appointment moves to another time, in one step."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from booking.actions.actor import Actor, Kind, record
from booking.actions.appointments.lock_appointment import check_seen, is_staff, locked, spend_change
from booking.actions.appointments.staff_placement import lock_for, take_place, treatment_of
from booking.actions.health.screening_requirements import insist_fit
from booking.actions.holds.expire_holds import expire_holds_in_the_way
from booking.actions.holds.hold_slot import DOUBLE_BOOKINGS
from booking.actions.locks import lock_rooms, lock_therapists, one_at_a_time
from booking.constraints import refusing
from booking.inputs import StaffTerms, StaffWish
from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile, Offer
from booking.notifications.subjects.appointment_changes import tell_moved, tell_staff_of_change
from booking.queries.appointments.change_policy import ChangePolicy, insist
from booking.queries.availability.rescheduling import Place, find_place, offers_to_move, only
from booking.queries.availability.schedule_spans import room_ids
from booking.queries.availability.slots import check_sane
from booking.queries.availability.staff_places import StaffPlace
from clinic.lib.dates import clock

MOVED_FIELDS = (
    "option", "therapist", "room", "starts_at", "ends_at", "frees_at", "price", "any_therapist",
    "sequence", "moves", "attendance_confirmed_at", "override",
)  # fmt: skip


def reschedule_appointment(
    appointment: Appointment,
    *,
    start: datetime,
    therapist: str | None = None,
    no_wish: bool = False,
    terms: StaffTerms | None = None,
    by: Actor,
) -> Appointment:
    """Move it, same treatment and length. Moving to where it is already changes nothing.

    `therapist` is a slug; without one the same therapist is kept if they are free then, else
    anybody who is takes it. `no_wish`: the patient left the choice to us, and `therapist` is
    only whom the page showed. No hold is taken: the row moves in one UPDATE, and its old time
    is free at that moment. Raises NotChangeable, OptionNotOffered, SlotNotOffered, SlotTaken
    or RoomTaken, and what the health gate refuses.

    With `terms` staff choose freely: any minute, a room, another option. Then NeedsOverride is
    raised for what is against a rule and not accepted, and ChangedMeanwhile for what they had
    not seen.
    """
    clinic = ClinicProfile.objects.get()
    spend_change(appointment, by)
    with refusing(DOUBLE_BOOKINGS), one_at_a_time():
        if terms is not None:
            wish = _wish(appointment, start, therapist, terms)
            return _by_staff(appointment, wish, terms, clinic=clinic, by=by)
        row = _lock(appointment, only(offers_to_move(appointment, clinic), therapist))
        if _is_there(row, start, therapist):
            return row
        offers = only(offers_to_move(row, clinic), therapist)  # at the price agreed by now
        now, staff = clock.now(), is_staff(by)
        insist(ChangePolicy.of(row, clinic, now, by_staff=staff).moving)
        insist_fit(row, row.option.treatment, now)
        check_sane(start, now)
        _free_lapsed(row, offers, start, now)
        place = find_place(row, offers, clinic=clinic, start=start, now=now, any_notice=staff)
        kept = therapist in (None, row.therapist.slug)
        row.any_therapist = no_wish or (row.any_therapist and kept)
        _move(row, place, counts=not staff, by=by)
    return row


def _by_staff(
    appointment: Appointment,
    wish: StaffWish,
    terms: StaffTerms,
    *,
    clinic: ClinicProfile,
    by: Actor,
) -> Appointment:
    """Where staff want it. What has begun keeps its start, but may change room or length."""
    lock_for(wish, therapists=[appointment.therapist_id], rooms=[appointment.room_id])
    row = locked(appointment)
    if _is_just_there(row, wish):
        return row
    check_seen(row, terms.seen)
    now = clock.now()
    policy = ChangePolicy.of(row, clinic, now, by_staff=True)
    insist(policy.cancelling if row.starts_at == wish.start else policy.moving)
    insist_fit(row, treatment_of(wish), now)
    place = take_place(wish, clinic, now=now, accepted=terms.accepted, ignoring=row)
    row.any_therapist = row.any_therapist and place.therapist.pk == row.therapist_id
    _move(row, place, counts=False, by=by)
    return row


def _wish(
    appointment: Appointment, start: datetime, therapist: str | None, terms: StaffTerms
) -> StaffWish:
    """What is not said stays as it is."""
    option = terms.option or appointment.option_id
    return StaffWish(option, start, therapist or appointment.therapist.slug, terms.room)


def _lock(appointment: Appointment, offers: Mapping[int, Offer]) -> Appointment:
    """Therapists old and possible, then rooms, then the row itself, read again."""
    lock_therapists({appointment.therapist_id, *offers})
    lock_rooms({appointment.room_id, *room_ids(appointment.option.treatment)})
    return locked(appointment)


def _is_there(row: Appointment, start: datetime, therapist: str | None) -> bool:
    """A double click, or a retry after a lost answer: it has moved already."""
    same = therapist is None or row.therapist.slug == therapist
    return same and row.status == Status.BOOKED and row.starts_at == start


def _free_lapsed(
    row: Appointment, offers: Mapping[int, Offer], start: datetime, now: datetime
) -> None:
    turnaround = timedelta(minutes=row.option.turnaround_minutes)
    expire_holds_in_the_way(
        offers,
        room_ids(row.option.treatment),
        starts_at=start,
        frees_at=start + (row.ends_at - row.starts_at) + turnaround,
        now=now,
    )


def _is_just_there(row: Appointment, wish: StaffWish) -> bool:
    """The same for a staff's wish: option and room count too."""
    same_room = wish.room is None or wish.room == row.room_id
    same_option = wish.option == row.option_id
    return same_room and same_option and _is_there(row, wish.start, wish.therapist)


def _move(row: Appointment, place: Place, *, counts: bool, by: Actor) -> None:
    """Save, remember and tell. A patient is not written to about another room alone."""
    before = _where(row)
    row.therapist, row.room_id = place.therapist, place.room
    row.starts_at, row.ends_at, row.frees_at = place.starts_at, place.ends_at, place.frees_at
    row.price, row.override = place.price, ""
    row.attendance_confirmed_at = None
    details: dict[str, object] = {}
    if isinstance(place, StaffPlace):
        row.option, row.override = place.option, place.override
        details = {"override": place.overrides} if place.overrides else {}
    row.sequence += 1
    row.moves += counts
    row.save(update_fields=MOVED_FIELDS)
    after = _where(row)
    tell = before | {"room": None} != after | {"room": None}
    details |= {} if tell else {"told": False}
    event = record(row, Kind.MOVED, by=by, **{"from": before}, to=after, **details)
    if tell:
        tell_moved(row, event)
    tell_staff_of_change(row, event)


def _where(row: Appointment) -> dict[str, object]:
    """A place as the history keeps it."""
    return {
        "starts_at": row.starts_at.isoformat(),
        "ends_at": row.ends_at.isoformat(),
        "option": row.option_id,
        "therapist": row.therapist_id,
        "room": row.room_id,
        "price": str(row.price),
    }
