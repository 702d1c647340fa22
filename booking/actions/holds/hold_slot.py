"""A patient chooses a time: it is kept for them for some minutes."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from booking.actions.actor import Actor, Kind, record
from booking.actions.health.hold_answers import carry_answers
from booking.actions.health.screening_requirements import insist_open
from booking.actions.holds.expire_holds import expire_holds_in_the_way
from booking.actions.holds.release_hold import release_hold
from booking.actions.locks import lock_rooms, lock_therapists, one_at_a_time
from booking.actions.rate_limit import HOLDS, spend_by
from booking.constraints import refusing
from booking.engine.hours import local
from booking.engine.slots import free_rooms
from booking.errors import OptionNotOffered, RoomTaken, SlotNotOffered, SlotTaken
from booking.inputs import Wish
from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile, Offer, Option
from booking.queries.availability.assignment import who_takes
from booking.queries.availability.offers import offers_of
from booking.queries.availability.schedule_spans import room_ids
from booking.queries.availability.slots import Availability, check_sane, load_availability
from clinic.lib.dates import clock
from clinic.lib.dates.epoch import from_minutes, to_minutes

MOST_LIVE_HOLDS = 2
DOUBLE_BOOKINGS = {
    "therapist_double_booking": SlotTaken,
    "room_double_booking": RoomTaken,
}


def hold_slot(
    wish: Wish,
    *,
    by: Actor,
    holder: str,
    draft: str = "",
    after: Appointment | None = None,
) -> Appointment:
    """Keep a time. Asking twice for the same time from the same browser gives the same hold.

    `holder` names the browser; `draft` is what has been typed before, when a lapsed hold is
    taken again, and `after` that hold, whose answers go along. A browser's third time takes the
    place of its oldest, and what was typed goes along. Raises OptionNotOffered, SlotNotOffered,
    SlotTaken, RoomTaken or OnlineBookingClosed.
    """
    clinic = ClinicProfile.objects.get()
    insist_open(clinic, by=by)
    check_sane(wish.start, clock.now())
    spend_by(HOLDS, by)
    with refusing(DOUBLE_BOOKINGS), one_at_a_time():
        offers = offers_of(clinic, _asked(wish), therapist=wish.therapist)
        if not offers:
            raise OptionNotOffered()
        lock_therapists(offers)
        now = clock.now()
        live = _live_holds(holder, now)
        already = _same_hold(wish, live)
        if already is not None:
            return already
        if not draft:
            after = _make_room(live, wish.start, _frees_at(offers, wish.start), by) or after
            draft = after.draft if after is not None else ""
        _check_somebody_is_free(offers, wish.start, now)
        _lock_rooms_and_free_lapsed(offers, wish.start, now)
        availability = _availability(clinic, offers, wish.start, now)
        hold = _take(availability, wish, by=by, holder=holder, draft=draft, now=now)
        if after is not None:
            carry_answers(after, hold)
    return hold


def _asked(wish: Wish) -> Q:
    of_treatment = Q(option__treatment__slug=wish.treatment) if wish.treatment else Q()
    return Q(option=wish.option) & of_treatment


def _take(
    availability: Availability,
    wish: Wish,
    *,
    by: Actor,
    holder: str,
    draft: str,
    now: datetime,
) -> Appointment:
    start = to_minutes(wish.start)
    slot = availability.slot_at(start)
    if slot is None:
        raise SlotTaken() if availability.would_be_offered(start) else SlotNotOffered()
    session, question = availability.session, availability.question
    offer = availability.offers[who_takes(availability, slot)]
    hold = Appointment(
        option=availability.option,
        therapist=offer.therapist,
        room_id=free_rooms(start, session, question.rooms)[0],
        any_therapist=wish.therapist is None,
        starts_at=from_minutes(start),
        ends_at=from_minutes(start + session.minutes),
        frees_at=from_minutes(start + session.total),
        status=Status.HOLD,
        price=offer.price,
        currency=availability.clinic.currency,
        hold_expires_at=now + timedelta(minutes=availability.clinic.hold_minutes),
        holder=holder,
        draft=draft,
        created_at=now,
    )
    hold.save(force_insert=True)
    record(hold, Kind.HELD, by=by)
    return hold


def _availability(
    clinic: ClinicProfile, offers: Mapping[int, Offer], start: datetime, now: datetime
) -> Availability:
    day = local(to_minutes(start), clinic.zone).date()
    return load_availability(clinic, offers, first=day, last=day, now=now)


def _lock_rooms_and_free_lapsed(
    offers: Mapping[int, Offer], start: datetime, now: datetime
) -> None:
    rooms = room_ids(_option(offers).treatment)
    lock_rooms(rooms)
    expire_holds_in_the_way(
        offers, rooms, starts_at=start, frees_at=_frees_at(offers, start), now=now
    )


def _check_somebody_is_free(offers: Mapping[int, Offer], start: datetime, now: datetime) -> None:
    """Tell the losers of a rush quickly, before reading everybody's hours."""
    frees_at = _frees_at(offers, start)
    taken = Appointment.objects.occupying(now).overlapping(start, frees_at).order_by()
    if set(taken.values_list("therapist_id", flat=True)).issuperset(offers):
        raise SlotTaken()


def _live_holds(holder: str, now: datetime) -> list[Appointment]:
    """What one browser holds, the newest first. The index of holders serves it."""
    if not holder:
        return []
    holds = Appointment.objects.with_everything().live_holds(now).filter(holder=holder)
    return sorted(holds.order_by(), key=lambda hold: (hold.created_at, hold.pk), reverse=True)


def _same_hold(wish: Wish, live: Sequence[Appointment]) -> Appointment | None:
    """The live hold of a double click, a reload, or a retry after a lost answer."""
    for hold in live:
        therapist = None if hold.any_therapist else hold.therapist.slug
        if (hold.option_id, hold.starts_at, therapist) == (
            wish.option, wish.start, wish.therapist,
        ):  # fmt: skip
            return hold
    return None


def _make_room(
    live: Sequence[Appointment], starts_at: datetime, frees_at: datetime, by: Actor
) -> Appointment | None:
    """A browser keeps at most two times, and none that overlaps its new choice: the others give
    way. Returns the one with what was typed last."""
    typed = next((hold for hold in live if hold.draft), None)
    for rank, hold in enumerate(live):
        overlaps = hold.starts_at < frees_at and starts_at < hold.frees_at
        if overlaps or rank >= MOST_LIVE_HOLDS - 1:
            release_hold(hold, by=by, forget=False)
    return typed


def _frees_at(offers: Mapping[int, Offer], start: datetime) -> datetime:
    option = _option(offers)
    return start + timedelta(minutes=option.minutes + option.turnaround_minutes)


def _option(offers: Mapping[int, Offer]) -> Option:
    return next(iter(offers.values())).option
