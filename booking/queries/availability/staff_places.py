"""Where staff may put an appointment: at any minute, even against a rule, never over another."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from django.db.models import Q

from booking.engine.hours import dates, local
from booking.engine.spans import NOTHING
from booking.errors import (
    NotGiven,
    OptionNotOffered,
    PlaceTaken,
    RoomInUse,
    RoomNotSuited,
    SlotNotOffered,
    TimePassed,
    TooFarAhead,
)
from booking.inputs import StaffWish
from booking.lifecycle import Override
from booking.models import Appointment, ClinicProfile, Offer, Option
from booking.queries.availability.offers import offers_of
from booking.queries.availability.rescheduling import Place, offers_to_move, only
from booking.queries.availability.schedule_spans import open_spans, room_ids
from booking.queries.availability.slots import ANY_HORIZON, policy_for
from clinic.lib.dates.epoch import to_minutes, to_next_minute


@dataclass(frozen=True, slots=True)
class StaffPlace(Place):
    """A place that staff chose, and the rules it is against."""

    option: Option
    overrides: tuple[Override, ...] = ()

    @property
    def override(self) -> str:
        """The one that the appointment is marked with."""
        return self.overrides[0].value if self.overrides else ""


def find_staff_place(
    wish: StaffWish, clinic: ClinicProfile, *, now: datetime, ignoring: Appointment | None = None
) -> StaffPlace:
    """The place that a wish comes to, whatever hours and notice say; `overrides` tells which of
    them it is against. `ignoring` is the appointment that moves.

    Raises TimePassed, TooFarAhead, NotGiven, PlaceTaken, RoomInUse or RoomNotSuited.
    """
    stays = ignoring is not None and ignoring.starts_at == wish.start
    if not stays:
        _check_sane(wish.start, now)
    place = _length_and_price(wish, clinic, ignoring)
    rooms = _rooms(place, wish.room, ignoring)
    busy = _in_the_way(place, rooms, now, ignoring)
    for other in busy:
        if other.therapist_id == place.therapist.pk:
            raise PlaceTaken(other)
    free = [room for room in rooms if room not in {other.room_id for other in busy}]
    if not free:
        raise RoomInUse()
    overrides = _overrides(place, clinic, now, ignoring if stays else None)
    return replace(place, room=free[0], overrides=overrides)


def suited_rooms(option: Option, room: int | None) -> list[int]:
    """The rooms that would do; only that one, if one is asked for. Raises RoomNotSuited."""
    suited = room_ids(option.treatment)
    if room is None:
        return suited
    if room not in suited:
        raise RoomNotSuited()
    return [room]


def _check_sane(start: datetime, now: datetime) -> None:
    if start.second or start.microsecond:
        raise SlotNotOffered()
    if start < now - timedelta(minutes=1):
        raise TimePassed()
    if start - now > ANY_HORIZON:
        raise TooFarAhead()


def _length_and_price(
    wish: StaffWish, clinic: ClinicProfile, ignoring: Appointment | None
) -> StaffPlace:
    """What was agreed stays where neither option nor therapist changes."""
    same_option = ignoring is not None and ignoring.option_id == wish.option
    if ignoring is not None and same_option and ignoring.therapist.slug == wish.therapist:
        return _place(wish, ignoring.option, ignoring, ignoring.minutes)
    try:
        if ignoring is not None and same_option:
            offers = only(offers_to_move(ignoring, clinic), wish.therapist)
            minutes = ignoring.minutes
        else:
            condition = Q(option=wish.option)
            offers = only(offers_of(clinic, condition, therapist=wish.therapist), wish.therapist)
            minutes = next(iter(offers.values())).option.minutes
    except OptionNotOffered as refusal:
        raise NotGiven() from refusal
    offer = next(iter(offers.values()))
    return _place(wish, offer.option, offer, minutes)


def _place(wish: StaffWish, option: Option, terms: Appointment | Offer, minutes: int) -> StaffPlace:
    """Of `terms` therapist and price are taken: the agreed ones, or those of an offer."""
    starts_at = wish.start.astimezone(UTC)
    ends_at = starts_at + timedelta(minutes=minutes)
    return StaffPlace(
        therapist=terms.therapist,
        room=0,
        starts_at=starts_at,
        ends_at=ends_at,
        frees_at=ends_at + timedelta(minutes=option.turnaround_minutes),
        price=terms.price,
        option=option,
    )


def _rooms(place: StaffPlace, room: int | None, ignoring: Appointment | None) -> list[int]:
    """In the order of preference: the one it has now comes first."""
    if ignoring is not None and room == ignoring.room_id and ignoring.option == place.option:
        return [ignoring.room_id]
    rooms = suited_rooms(place.option, room)
    if ignoring is not None and ignoring.room_id in rooms:
        rooms.sort(key=lambda one: one != ignoring.room_id)
    return rooms


def _in_the_way(
    place: StaffPlace, rooms: Iterable[int], now: datetime, ignoring: Appointment | None
) -> list[Appointment]:
    taken = (
        Appointment.objects.occupying(now)
        .overlapping(place.starts_at, place.frees_at)
        .filter(Q(therapist=place.therapist) | Q(room__in=list(rooms)))
        .select_related("patient")
    )
    return list(taken if ignoring is None else taken.exclude(pk=ignoring.pk))


def _overrides(
    place: StaffPlace, clinic: ClinicProfile, now: datetime, unmoved: Appointment | None
) -> tuple[Override, ...]:
    """The rules it is against, the weightier first. Notice is asked of a new start only."""
    start, end = to_minutes(place.starts_at), to_minutes(place.ends_at)
    day = local(start, clinic.zone).date()
    days = dates(day - timedelta(days=1), day + timedelta(days=1))
    hours = open_spans([place.therapist.pk], days, clinic.zone)
    found = []
    if not hours.get(place.therapist.pk, NOTHING).covers(start, end):
        found.append(Override.HOURS)
    soon = start < policy_for(clinic, place.option).earliest_start(to_next_minute(now))
    if soon if unmoved is None else unmoved.override == Override.NOTICE:
        found.append(Override.NOTICE)
    return tuple(found)


def not_accepted(place: StaffPlace, accepted: Collection[str]) -> list[Override]:
    """The overrides that nobody has agreed to yet."""
    return [override for override in place.overrides if override not in accepted]
