"""Find another treatment or length at the same start, for pages and for actions."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from booking.engine.slots import free_rooms
from booking.models import Appointment, ClinicProfile, Option
from booking.models.appointments import MAX_APPOINTMENT_LENGTH
from booking.queries.availability.assignment import assign_therapist
from booking.queries.availability.offers import find_offers
from booking.queries.availability.rescheduling import AppointmentPlace
from booking.queries.availability.slots import load_availability
from booking.queries.catalogue import bookable_treatments
from clinic.lib.dates.epoch import from_minutes, to_minutes


@dataclass(frozen=True, slots=True)
class GentlerOption:
    """A suitable option that fits the held time."""

    option: Option
    place: AppointmentPlace


def find_place_for(
    hold: Appointment, option: Option, *, extra: int, clinic: ClinicProfile, now: datetime
) -> AppointmentPlace | None:
    """Return a place for `option`, `extra` minutes longer, at the held start, or None.

    The therapist stays if they are free.
    """
    offers = find_offers(clinic, option.pk)
    minutes = option.minutes + extra
    turnaround = timedelta(minutes=option.turnaround_minutes)
    ends_at = hold.starts_at + timedelta(minutes=minutes)
    if not offers or ends_at + turnaround - hold.starts_at > MAX_APPOINTMENT_LENGTH:
        return None
    resized_hold = Appointment(pk=hold.pk, option=option, starts_at=hold.starts_at, ends_at=ends_at)
    start = to_minutes(hold.starts_at)
    day = clinic.local_date(hold.starts_at)
    availability = load_availability(
        clinic, offers, first=day, last=day, now=now, excluding=resized_hold, ignore_notice=True
    )
    slot_query = replace(availability.slot_query, avoid_gaps=False)
    availability = replace(availability, slot_query=slot_query)
    slot = availability.find_slot(start)
    if slot is None:
        return None
    keeps_therapist = hold.therapist_id in slot.therapists
    therapist = hold.therapist_id if keeps_therapist else assign_therapist(availability, slot)
    rooms = free_rooms(start, availability.session, slot_query.rooms)
    return AppointmentPlace(
        therapist=offers[therapist].therapist,
        room=hold.room_id if hold.room_id in rooms else rooms[0],
        starts_at=hold.starts_at,
        ends_at=ends_at,
        blocked_until=from_minutes(start + availability.session.total),
        price=offers[therapist].price,
    )


def find_gentler_options(
    hold: Appointment,
    pressures: Collection[str],
    *,
    extra: int,
    clinic: ClinicProfile,
    now: datetime,
) -> list[GentlerOption]:
    """For each treatment of these pressures, return the fitting length nearest to the held one.

    Each length is extended by `extra` minutes, for the accommodations of the patient.
    """
    gentler_options = []
    for bookable in bookable_treatments():
        if bookable.treatment.pressure not in pressures:
            continue
        for option in _nearest_first(bookable.options, hold.option.minutes):
            place = find_place_for(hold, option, extra=extra, clinic=clinic, now=now)
            if place is not None:
                gentler_options.append(GentlerOption(option, place))
                break
    return gentler_options


def _nearest_first(options: Sequence[Option], minutes: int) -> list[Option]:
    """Sort by length: the same first, then shorter ones, then longer ones."""
    return sorted(
        options, key=lambda option: (option.minutes > minutes, abs(option.minutes - minutes))
    )
