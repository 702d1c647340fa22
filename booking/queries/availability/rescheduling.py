"""Where an appointment could move to: what the page shows, and what the action does."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.db.models import Q

from booking.engine.hours import local
from booking.engine.slots import free_rooms
from booking.errors import OptionNotOffered, SlotNotOffered, SlotTaken
from booking.models import Appointment, AppointmentEvent, ClinicProfile, Offer, Therapist
from booking.queries.availability.assignment import who_takes
from booking.queries.availability.offers import offers_of
from booking.queries.availability.slots import Availability, check_sane, load_availability
from clinic.lib.dates.epoch import from_minutes, to_minutes


@dataclass(frozen=True, slots=True)
class Place:
    """A therapist, a room and a time that an appointment could have, and its price there."""

    therapist: Therapist
    room: int
    starts_at: datetime
    ends_at: datetime
    frees_at: datetime
    price: Decimal


@dataclass(frozen=True, slots=True)
class Before:
    """Where an appointment was before it moved."""

    starts_at: datetime
    therapist: Therapist


def place_before(appointment: Appointment) -> Before | None:
    """Where it was before its last move; None if it never moved. At most two queries."""
    if appointment.sequence == 0:  # nothing has happened to it
        return None
    moves = appointment.events.filter(kind=AppointmentEvent.Kind.MOVED)
    before = moves.values_list("details__from", flat=True).last()
    if before is None:
        return None
    therapist = appointment.therapist
    if before["therapist"] != therapist.pk:
        therapist = Therapist.objects.get(pk=before["therapist"])
    return Before(datetime.fromisoformat(before["starts_at"]), therapist)


def offers_to_move(appointment: Appointment, clinic: ClinicProfile) -> Mapping[int, Offer]:
    """Everybody who gives the appointment's option, at what it would cost with them.

    The agreed price stays, with the same therapist always and with another unless one of the two
    has an own price. Raises OptionNotOffered when nobody gives it any more. These rows are for
    reading only.
    """
    offers = offers_of(clinic, Q(option=appointment.option_id))
    if not offers:
        raise OptionNotOffered()
    return at_agreed_price(appointment, offers)


def at_agreed_price(appointment: Appointment, offers: Mapping[int, Offer]) -> Mapping[int, Offer]:
    """Copies of the offers of the appointment's option, with the price it would have there."""
    old = offers.get(appointment.therapist_id)
    usual = old is None or old.own_price is None
    agreed = {therapist: copy(offer) for therapist, offer in offers.items()}
    for therapist, offer in agreed.items():
        stays = usual and offer.own_price is None
        if stays or therapist == appointment.therapist_id:
            offer.own_price = appointment.price
    return agreed


def only(offers: Mapping[int, Offer], therapist: str | None) -> Mapping[int, Offer]:
    """The offers of one therapist (slug), or all. Raises OptionNotOffered if there are none."""
    if therapist is None:
        return offers
    found = {pk: offer for pk, offer in offers.items() if offer.therapist.slug == therapist}
    if not found:
        raise OptionNotOffered()
    return found


def find_place(
    appointment: Appointment,
    offers: Mapping[int, Offer],
    *,
    clinic: ClinicProfile,
    start: datetime,
    now: datetime,
    any_notice: bool = False,
) -> Place:
    """Where the appointment would be at that start: with the same therapist if they are free.

    Raises SlotNotOffered or SlotTaken. `any_notice` is for staff: no notice, no horizon.
    """
    check_sane(start, now)
    if any_notice and start <= now:
        raise SlotNotOffered()
    day = local(to_minutes(start), clinic.zone).date()
    availability = load_availability(
        clinic, offers, first=day, last=day, now=now, ignoring=appointment, any_notice=any_notice
    )
    return _place(availability, appointment, to_minutes(start))


def place_as_before(
    appointment: Appointment, offers: Mapping[int, Offer], *, clinic: ClinicProfile, now: datetime
) -> Place:
    """The very same time again, after a cancellation, if therapist and a room are still free."""
    start = to_minutes(appointment.starts_at)
    day = local(start, clinic.zone).date()
    availability = load_availability(
        clinic, offers, first=day, last=day, now=now, ignoring=appointment, any_notice=True
    )
    question = replace(availability.question, grid=[start], avoid_gaps=False)
    return _place(replace(availability, question=question), appointment, start)


def _place(availability: Availability, appointment: Appointment, start: int) -> Place:
    slot = availability.slot_at(start)
    if slot is None:
        raise SlotTaken() if availability.would_be_offered(start) else SlotNotOffered()
    session = availability.session
    same = appointment.therapist_id in slot.therapists
    who = appointment.therapist_id if same else who_takes(availability, slot)
    rooms = free_rooms(start, session, availability.question.rooms)
    return Place(
        therapist=availability.offers[who].therapist,
        room=appointment.room_id if appointment.room_id in rooms else rooms[0],
        starts_at=from_minutes(start),
        ends_at=from_minutes(start + session.minutes),
        frees_at=from_minutes(start + session.total),
        price=availability.offers[who].price,
    )
