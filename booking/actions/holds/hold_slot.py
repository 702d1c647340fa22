"""A patient chooses a time: it is kept for them for some minutes."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from booking.actions.actor import Actor, EventKind, record_event
from booking.actions.health.hold_answers import move_answers
from booking.actions.health.screening_requirements import require_online_booking_open
from booking.actions.holds.expire_holds import expire_overlapping_holds
from booking.actions.holds.release_hold import release_hold
from booking.actions.locks import reserve, write_action, write_transaction
from booking.actions.rate_limit import HOLD_LIMIT, hit_for_actor
from booking.engine.slots import free_rooms
from booking.errors import OptionNotOffered, SlotNotOffered, SlotTaken
from booking.inputs import SlotRequest
from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile, Offer, Option
from booking.queries.availability.assignment import assign_therapist
from booking.queries.availability.offers import find_offers
from booking.queries.availability.schedule_spans import suitable_room_ids
from booking.queries.availability.slots import Availability, load_availability, validate_start
from clinic.lib.dates import clock
from clinic.lib.dates.epoch import from_minutes, to_minutes

MAX_ACTIVE_HOLDS_PER_BROWSER = 2


@write_action
def hold_slot(
    slot_request: SlotRequest,
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
    require_online_booking_open(clinic, by=by)
    validate_start(slot_request.start, clock.now())
    hit_for_actor(HOLD_LIMIT, by)
    with write_transaction():
        offers = find_offers(
            clinic, _requested_option(slot_request), therapist=slot_request.therapist
        )
        if not offers:
            raise OptionNotOffered()
        rooms = suitable_room_ids(_option_of_offers(offers).treatment)
        reserve(therapists=offers, rooms=rooms)
        now = clock.now()
        live = _active_holds(holder, now)
        already = _find_same_hold(slot_request, live)
        if already is not None:
            return already
        if not draft:
            after = (
                _release_older_holds(
                    live, slot_request.start, _blocked_until(offers, slot_request.start), by
                )
                or after
            )
            draft = after.draft if after is not None else ""
        _check_any_therapist_free(offers, slot_request.start, now)
        _expire_overlapping_holds(offers, rooms, slot_request.start, now)
        availability = _load_day_availability(clinic, offers, slot_request.start, now)
        hold = _create_hold(availability, slot_request, by=by, holder=holder, draft=draft, now=now)
        if after is not None:
            move_answers(after, hold)
    return hold


def _requested_option(slot_request: SlotRequest) -> Q:
    of_treatment = (
        Q(option__treatment__slug=slot_request.treatment) if slot_request.treatment else Q()
    )
    return Q(option=slot_request.option) & of_treatment


def _create_hold(
    availability: Availability,
    slot_request: SlotRequest,
    *,
    by: Actor,
    holder: str,
    draft: str,
    now: datetime,
) -> Appointment:
    start = to_minutes(slot_request.start)
    slot = availability.find_slot(start)
    if slot is None:
        raise SlotTaken() if availability.is_bookable_when_empty(start) else SlotNotOffered()
    session, question = availability.session, availability.slot_query
    offer = availability.offers[assign_therapist(availability, slot)]
    hold = Appointment(
        option=availability.option,
        therapist=offer.therapist,
        room_id=free_rooms(start, session, question.rooms)[0],
        any_therapist=slot_request.therapist is None,
        starts_at=from_minutes(start),
        ends_at=from_minutes(start + session.minutes),
        blocked_until=from_minutes(start + session.total),
        status=Status.HOLD,
        price=offer.price,
        currency=availability.clinic.currency,
        hold_expires_at=now + timedelta(minutes=availability.clinic.hold_minutes),
        holder=holder,
        draft=draft,
        created_at=now,
    )
    hold.save(force_insert=True)
    record_event(hold, EventKind.HELD, by=by)
    return hold


def _load_day_availability(
    clinic: ClinicProfile, offers: Mapping[int, Offer], start: datetime, now: datetime
) -> Availability:
    day = clinic.local_date(start)
    return load_availability(clinic, offers, first=day, last=day, now=now)


def _expire_overlapping_holds(
    offers: Mapping[int, Offer], rooms: Collection[int], start: datetime, now: datetime
) -> None:
    expire_overlapping_holds(
        offers, rooms, starts_at=start, blocked_until=_blocked_until(offers, start), now=now
    )


def _check_any_therapist_free(offers: Mapping[int, Offer], start: datetime, now: datetime) -> None:
    """Tell the losers of a rush quickly, before reading everybody's hours."""
    blocked_until = _blocked_until(offers, start)
    taken = Appointment.objects.occupying(now).overlapping(start, blocked_until).order_by()
    if set(taken.values_list("therapist_id", flat=True)).issuperset(offers):
        raise SlotTaken()


def _active_holds(holder: str, now: datetime) -> list[Appointment]:
    """What one browser holds, the newest first. The index of holders serves it."""
    if not holder:
        return []
    holds = Appointment.objects.with_related().active_holds(now).filter(holder=holder)
    return sorted(holds.order_by(), key=lambda hold: (hold.created_at, hold.pk), reverse=True)


def _find_same_hold(slot_request: SlotRequest, live: Sequence[Appointment]) -> Appointment | None:
    """The live hold of a double click, a reload, or a retry after a lost answer."""
    for hold in live:
        therapist = None if hold.any_therapist else hold.therapist.slug
        if (hold.option_id, hold.starts_at, therapist) == (
            slot_request.option, slot_request.start, slot_request.therapist,
        ):  # fmt: skip
            return hold
    return None


def _release_older_holds(
    live: Sequence[Appointment], starts_at: datetime, blocked_until: datetime, by: Actor
) -> Appointment | None:
    """A browser keeps at most two times, and none that overlaps its new choice: the others give
    way. Returns the one with what was typed last."""
    typed = next((hold for hold in live if hold.draft), None)
    for rank, hold in enumerate(live):
        overlaps = hold.starts_at < blocked_until and starts_at < hold.blocked_until
        if overlaps or rank >= MAX_ACTIVE_HOLDS_PER_BROWSER - 1:
            release_hold(hold, by=by, forget=False)
    return typed


def _blocked_until(offers: Mapping[int, Offer], start: datetime) -> datetime:
    option = _option_of_offers(offers)
    return start + timedelta(minutes=option.minutes + option.turnaround_minutes)


def _option_of_offers(offers: Mapping[int, Offer]) -> Option:
    return next(iter(offers.values())).option
