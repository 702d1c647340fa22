"""Where staff may put an appointment: at any minute, even against a rule, never over another."""

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
from booking.queries.availability.slots import MAX_HORIZON, booking_policy_for
from clinic.lib.dates.epoch import to_minutes, to_next_minute


@dataclass(frozen=True, slots=True)
class StaffPlace(AppointmentPlace):
    """A place that staff chose, and the rules it is against."""

    option: Option
    overrides: tuple[Override, ...] = ()

    @property
    def override(self) -> str:
        """The one that the appointment is marked with."""
        return self.overrides[0].value if self.overrides else ""


def find_staff_place(
    slot_request: StaffSlotRequest,
    clinic: ClinicProfile,
    *,
    now: datetime,
    excluding: Appointment | None = None,
) -> StaffPlace:
    """The place that a wish comes to, whatever hours and notice say; `overrides` tells which of
    them it is against. `ignoring` is the appointment that moves.

    Raises SlotInPast, SlotTooFarAhead, OptionNotOfferedByTherapist, TherapistBusy, NoRoomFree or
    RoomNotSuitable.
    """
    stays = excluding is not None and excluding.starts_at == slot_request.start
    if not stays:
        _check_sane(slot_request.start, now)
    place = _length_and_price(slot_request, clinic, excluding)
    rooms = _rooms(place, slot_request.room, excluding)
    busy = _in_the_way(place, rooms, now, excluding)
    for other in busy:
        if other.therapist_id == place.therapist.pk:
            raise TherapistBusy(other)
    free = [room for room in rooms if room not in {other.room_id for other in busy}]
    if not free:
        raise NoRoomFree()
    overrides = _overrides(place, clinic, now, excluding if stays else None)
    return replace(place, room=free[0], overrides=overrides)


def suitable_rooms(option: Option, room: int | None) -> list[int]:
    """The rooms that would do; only that one, if one is asked for. Raises RoomNotSuitable."""
    suited = suitable_room_ids(option.treatment)
    if room is None:
        return suited
    if room not in suited:
        raise RoomNotSuitable()
    return [room]


def _check_sane(start: datetime, now: datetime) -> None:
    if start.second or start.microsecond:
        raise SlotNotOffered()
    if start < now - timedelta(minutes=1):
        raise SlotInPast()
    if start - now > MAX_HORIZON:
        raise SlotTooFarAhead()


def _length_and_price(
    slot_request: StaffSlotRequest, clinic: ClinicProfile, excluding: Appointment | None
) -> StaffPlace:
    """What was agreed stays where neither option nor therapist changes."""
    same_option = excluding is not None and excluding.option_id == slot_request.option
    if excluding is not None and same_option and excluding.therapist.slug == slot_request.therapist:
        return _place(slot_request, excluding.option, excluding, excluding.minutes)
    try:
        if excluding is not None and same_option:
            offers = filter_by_therapist(offers_to_move(excluding, clinic), slot_request.therapist)
            minutes = excluding.minutes
        else:
            condition = Q(option=slot_request.option)
            offers = filter_by_therapist(
                find_offers(clinic, condition, therapist=slot_request.therapist),
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
    """Of `terms` therapist and price are taken: the agreed ones, or those of an offer."""
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
    """In the order of preference: the one it has now comes first."""
    if excluding is not None and room == excluding.room_id and excluding.option == place.option:
        return [excluding.room_id]
    rooms = suitable_rooms(place.option, room)
    if excluding is not None and excluding.room_id in rooms:
        rooms.sort(key=lambda one: one != excluding.room_id)
    return rooms


def _in_the_way(
    place: StaffPlace, rooms: Iterable[int], now: datetime, excluding: Appointment | None
) -> list[Appointment]:
    taken = (
        Appointment.objects.occupying(now)
        .overlapping(place.starts_at, place.blocked_until)
        .filter(Q(therapist=place.therapist) | Q(room__in=list(rooms)))
        .select_related("patient")
    )
    return list(taken if excluding is None else taken.exclude(pk=excluding.pk))


def _overrides(
    place: StaffPlace, clinic: ClinicProfile, now: datetime, unmoved: Appointment | None
) -> tuple[Override, ...]:
    """The rules it is against, the weightier first. Notice is asked of a new start only."""
    start, end = to_minutes(place.starts_at), to_minutes(place.ends_at)
    day = clinic.local_date(place.starts_at)
    days = dates_between(day - timedelta(days=1), day + timedelta(days=1))
    hours = load_open_spans([place.therapist.pk], days, clinic.zone)
    found = []
    if not hours.get(place.therapist.pk, EMPTY_SPANS).covers(start, end):
        found.append(Override.OUTSIDE_HOURS)
    soon = start < booking_policy_for(clinic, place.option).earliest_start(to_next_minute(now))
    if soon if unmoved is None else unmoved.override == Override.NOTICE:
        found.append(Override.NOTICE)
    return tuple(found)


def unaccepted_overrides(place: StaffPlace, accepted: Collection[str]) -> list[Override]:
    """The overrides that nobody has agreed to yet."""
    return [override for override in place.overrides if override not in accepted]
