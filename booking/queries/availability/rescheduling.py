"""Find a place to which an appointment can move, for pages and for actions."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from booking.engine.slots import free_rooms
from booking.errors import OptionNotOffered, SlotNotOffered, SlotTaken
from booking.models import Appointment, AppointmentEvent, ClinicProfile, Offer, Therapist
from booking.queries.availability.assignment import assign_therapist
from booking.queries.availability.offers import find_offers
from booking.queries.availability.slots import Availability, load_availability, validate_start
from clinic.lib.dates.epoch import from_minutes, to_minutes


@dataclass(frozen=True, slots=True)
class AppointmentPlace:
    """A therapist, a room (pk) and a time for an appointment, and its price there."""

    therapist: Therapist
    room: int
    starts_at: datetime
    ends_at: datetime
    blocked_until: datetime
    price: Decimal


@dataclass(frozen=True, slots=True)
class PreviousPlace:
    """The time and therapist of an appointment before its last move."""

    starts_at: datetime
    therapist: Therapist


def find_previous_place(appointment: Appointment) -> PreviousPlace | None:
    """Return the place before the last move, or None if it never moved. At most two queries."""
    if appointment.sequence == 0:  # nothing has happened to it
        return None
    moves = appointment.events.filter(kind=AppointmentEvent.Kind.MOVED)
    before = moves.values_list("details__from", flat=True).last()
    if before is None:
        return None
    therapist = appointment.therapist
    if before["therapist"] != therapist.pk:
        therapist = Therapist.objects.get(pk=before["therapist"])
    return PreviousPlace(datetime.fromisoformat(before["starts_at"]), therapist)


def offers_to_move(appointment: Appointment, clinic: ClinicProfile) -> Mapping[int, Offer]:
    """Return the offers of the appointment's option by therapist pk, at the price after a move.

    The agreed price stays with the same therapist, and with another unless one of the two has an
    own price. Raises OptionNotOffered if nobody offers it. Do not save these rows.
    """
    offers = find_offers(clinic, appointment.option_id)
    if not offers:
        raise OptionNotOffered()
    return with_agreed_price(appointment, offers)


def with_agreed_price(appointment: Appointment, offers: Mapping[int, Offer]) -> Mapping[int, Offer]:
    """Return copies of the offers with the price that the appointment would have there."""
    current_offer = offers.get(appointment.therapist_id)
    has_usual_price = current_offer is None or current_offer.own_price is None
    agreed = {therapist: copy(offer) for therapist, offer in offers.items()}
    for therapist, offer in agreed.items():
        keeps_price = has_usual_price and offer.own_price is None
        if keeps_price or therapist == appointment.therapist_id:
            offer.own_price = appointment.price
    return agreed


def filter_by_therapist(offers: Mapping[int, Offer], therapist: str | None) -> Mapping[int, Offer]:
    """Return the offers of one therapist (slug), or all. Raises OptionNotOffered if none."""
    if therapist is None:
        return offers
    matching = {pk: offer for pk, offer in offers.items() if offer.therapist.slug == therapist}
    if not matching:
        raise OptionNotOffered()
    return matching


def find_place(
    appointment: Appointment,
    offers: Mapping[int, Offer],
    *,
    clinic: ClinicProfile,
    start: datetime,
    now: datetime,
    ignore_notice: bool = False,
) -> AppointmentPlace:
    """Return the place at a start; the therapist and the room stay if they are free.

    `ignore_notice` is for staff and drops notice and horizon. Raises SlotNotOffered or SlotTaken.
    """
    validate_start(start, now)
    if ignore_notice and start <= now:
        raise SlotNotOffered()
    day = clinic.local_date(start)
    availability = load_availability(
        clinic,
        offers,
        first=day,
        last=day,
        now=now,
        excluding=appointment,
        ignore_notice=ignore_notice,
    )
    return _place(availability, appointment, to_minutes(start))


def find_original_place(
    appointment: Appointment, offers: Mapping[int, Offer], *, clinic: ClinicProfile, now: datetime
) -> AppointmentPlace:
    """Return the place at the appointment's own time, to restore it after a cancellation.

    Raises SlotNotOffered or SlotTaken.
    """
    start = to_minutes(appointment.starts_at)
    day = clinic.local_date(appointment.starts_at)
    availability = load_availability(
        clinic, offers, first=day, last=day, now=now, excluding=appointment, ignore_notice=True
    )
    slot_query = replace(availability.slot_query, grid=[start], avoid_gaps=False)
    return _place(replace(availability, slot_query=slot_query), appointment, start)


def _place(availability: Availability, appointment: Appointment, start: int) -> AppointmentPlace:
    slot = availability.find_slot(start)
    if slot is None:
        raise SlotTaken() if availability.is_bookable_when_empty(start) else SlotNotOffered()
    session = availability.session
    keeps_therapist = appointment.therapist_id in slot.therapists
    therapist = (
        appointment.therapist_id if keeps_therapist else assign_therapist(availability, slot)
    )
    rooms = free_rooms(start, session, availability.slot_query.rooms)
    return AppointmentPlace(
        therapist=availability.offers[therapist].therapist,
        room=appointment.room_id if appointment.room_id in rooms else rooms[0],
        starts_at=from_minutes(start),
        ends_at=from_minutes(start + session.minutes),
        blocked_until=from_minutes(start + session.total),
        price=availability.offers[therapist].price,
    )
