"""Find a place for an appointment that staff request.

Staff may choose any minute and override rules, but never overlap another appointment. The shortest
notice and the horizon of online booking do not apply to staff.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from django.db.models import Q

from booking.engine.hours import dates_between
from booking.engine.spans import EMPTY_SPANS
from booking.errors import (
    NoRoomFree,
    OptionNotOffered,
    OptionNotOfferedByTherapist,
    RoomNotSuitable,
    SlotInPast,
    SlotNotOffered,
    SlotTooFarAhead,
    TherapistBusy,
    VisitTooLongAgo,
)
from booking.inputs import StaffSlotRequest
from booking.lifecycle import Override
from booking.models import Appointment, ClinicProfile, Offer, Option
from booking.queries.availability.offers import find_offers
from booking.queries.availability.rescheduling import (
    AppointmentPlace,
    filter_by_therapist,
    offers_to_move,
)
from booking.queries.availability.schedule_spans import load_open_spans, suitable_room_ids
from booking.queries.availability.slots import MAX_HORIZON
from clinic.lib.dates.epoch import to_minutes

MAX_AGE_OF_VISIT = timedelta(days=7)
"""How long ago a visit may have begun when staff enter it afterwards."""


@dataclass(frozen=True, slots=True)
class StaffPlace(AppointmentPlace):
    """A place that staff chose, and the rules it overrides, the most important first."""

    option: Option
    overrides: tuple[Override, ...] = ()

    @property
    def override(self) -> str:
        """The override that is stored with the appointment; empty if none."""
        stored = (rule.value for rule in self.overrides if rule != Override.PAST)
        return next(stored, "")

    @property
    def is_past(self) -> bool:
        """Whether the visit has begun already, so that it is entered afterwards."""
        return Override.PAST in self.overrides


def find_staff_place(
    slot_request: StaffSlotRequest,
    clinic: ClinicProfile,
    *,
    now: datetime,
    excluding: Appointment | None = None,
    may_be_past: bool = False,
) -> StaffPlace:
    """Return the requested place; its `overrides` list the rules that it breaks.

    `excluding` is the appointment that moves: its own place counts as free, and so does a time that
    is held for it. With `may_be_past` the visit may have begun, at most MAX_AGE_OF_VISIT ago.

    Raises SlotInPast, VisitTooLongAgo, SlotTooFarAhead, OptionNotOfferedByTherapist, TherapistBusy,
    NoRoomFree or RoomNotSuitable.
    """
    keeps_start = excluding is not None and excluding.starts_at == slot_request.start
    if not keeps_start:
        _check_sane(slot_request.start, now, may_be_past=may_be_past)
    place = _length_and_price(slot_request, clinic, excluding)
    rooms = _rooms(place, slot_request.room, excluding)
    busy = _conflicting_appointments(place, rooms, now, excluding)
    for conflicting in busy:
        if conflicting.therapist_id == place.therapist.pk:
            raise TherapistBusy(conflicting)
    free = [room for room in rooms if room not in {conflicting.room_id for conflicting in busy}]
    if not free:
        raise NoRoomFree()
    overrides = _overrides(place, clinic)
    if not keeps_start and _has_begun(place.starts_at, now):
        overrides = (Override.PAST, *overrides)
    return replace(place, room=free[0], overrides=overrides)


def suitable_rooms(option: Option, room: int | None) -> list[int]:
    """Return the suitable rooms (pks), or only `room` if given. Raises RoomNotSuitable."""
    suitable = suitable_room_ids(option.treatment)
    if room is None:
        return suitable
    if room not in suitable:
        raise RoomNotSuitable()
    return [room]


def _check_sane(start: datetime, now: datetime, *, may_be_past: bool) -> None:
    if start.second or start.microsecond:
        raise SlotNotOffered()
    if _has_begun(start, now):
        if not may_be_past:
            raise SlotInPast()
        if start < now - MAX_AGE_OF_VISIT:
            raise VisitTooLongAgo()
    if start - now > MAX_HORIZON:
        raise SlotTooFarAhead()


def _has_begun(start: datetime, now: datetime) -> bool:
    return start < now - timedelta(minutes=1)


def _length_and_price(
    slot_request: StaffSlotRequest, clinic: ClinicProfile, excluding: Appointment | None
) -> StaffPlace:
    """Keep the agreed length and price if neither option nor therapist changes."""
    same_option = excluding is not None and excluding.option_id == slot_request.option
    if excluding is not None and same_option and excluding.therapist.slug == slot_request.therapist:
        return _place(slot_request, excluding.option, excluding, excluding.minutes)
    try:
        if excluding is not None and same_option:
            offers = filter_by_therapist(offers_to_move(excluding, clinic), slot_request.therapist)
            minutes = excluding.minutes
        else:
            offers = filter_by_therapist(
                find_offers(clinic, slot_request.option, therapist=slot_request.therapist),
                slot_request.therapist,
            )
            minutes = next(iter(offers.values())).option.minutes
    except OptionNotOffered as refusal:
        raise OptionNotOfferedByTherapist() from refusal
    offer = next(iter(offers.values()))
    return _place(slot_request, offer.option, offer, minutes)


def _place(
    slot_request: StaffSlotRequest, option: Option, terms: Appointment | Offer, minutes: int
) -> StaffPlace:
    """Build a place without a room; `terms` gives therapist and price."""
    starts_at = slot_request.start.astimezone(UTC)
    ends_at = starts_at + timedelta(minutes=minutes)
    return StaffPlace(
        therapist=terms.therapist,
        room=0,
        starts_at=starts_at,
        ends_at=ends_at,
        blocked_until=ends_at + timedelta(minutes=option.turnaround_minutes),
        price=terms.price,
        option=option,
    )


def _rooms(place: StaffPlace, room: int | None, excluding: Appointment | None) -> list[int]:
    """Return the possible rooms, the current one first."""
    if excluding is not None and room == excluding.room_id and excluding.option == place.option:
        return [excluding.room_id]
    rooms = suitable_rooms(place.option, room)
    if excluding is not None and excluding.room_id in rooms:
        rooms.sort(key=lambda one: one != excluding.room_id)
    return rooms


def _conflicting_appointments(
    place: StaffPlace, rooms: Iterable[int], now: datetime, excluding: Appointment | None
) -> list[Appointment]:
    overlapping = (
        Appointment.objects.occupying(now)
        .overlapping(place.starts_at, place.blocked_until)
        .filter(Q(therapist=place.therapist) | Q(room__in=list(rooms)))
        .select_related("patient")
    )
    if excluding is not None:
        overlapping = overlapping.without_places_of(excluding.pk, excluding.public_id)
    return list(overlapping)


def _overrides(place: StaffPlace, clinic: ClinicProfile) -> tuple[Override, ...]:
    """Return the rules on hours that the place breaks."""
    start, end = to_minutes(place.starts_at), to_minutes(place.ends_at)
    day = clinic.local_date(place.starts_at)
    days = dates_between(day - timedelta(days=1), day + timedelta(days=1))
    hours = load_open_spans([place.therapist.pk], days, clinic.zone)
    if hours.get(place.therapist.pk, EMPTY_SPANS).covers(start, end):
        return ()
    return (Override.OUTSIDE_HOURS,)


def unaccepted_overrides(place: StaffPlace, accepted_overrides: Collection[str]) -> list[Override]:
    """Return the overrides of a place that are not in `accepted_overrides`."""
    return [override for override in place.overrides if override not in accepted_overrides]
