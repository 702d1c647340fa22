"""The choices of the desk's booking forms: treatments, therapists, rooms and free times."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.db.models import Max, Min, Q
from django.db.models.functions import Coalesce

from booking.access.roles import AnyUser
from booking.access.scope import therapists_with_visible_calendar
from booking.errors import OptionNotOffered
from booking.models import Appointment, ClinicProfile, Offer, Option, Room, Therapist
from booking.queries.availability.assignment import assign_therapist
from booking.queries.availability.bookable_times import BookableTime, bookable_times
from booking.queries.availability.offers import find_offers
from booking.queries.availability.rescheduling import offers_to_move
from booking.queries.availability.slots import Availability, load_availability
from clinic.lib.dates.epoch import to_minutes


@dataclass(frozen=True, slots=True)
class BookingChoices:
    """The choices of a booking form at the desk."""

    options: Sequence[Option]
    therapists: Sequence[Therapist]
    rooms: Sequence[Room]

    def therapist(self, slug: str) -> Therapist | None:
        return next((one for one in self.therapists if one.slug == slug), None)

    def option(self, pk: int) -> Option | None:
        return next((one for one in self.options if one.pk == pk), None)


@dataclass(frozen=True, slots=True)
class FreeTimes:
    """The free times of one option on one day, of one therapist or of any."""

    availability: Availability | None = None
    times: Sequence[BookableTime] = ()

    def assigned_therapist(self, start: datetime) -> str | None:
        """Return the therapist (slug) who is assigned to a free start without a preference."""
        if self.availability is None:
            return None
        slot = self.availability.find_slot(to_minutes(start))
        if slot is None:
            return None
        return self.availability.offers[assign_therapist(self.availability, slot)].therapist.slug


def load_booking_choices(user: AnyUser, *, moving: Appointment | None = None) -> BookingChoices:
    """What the person may book. Of an appointment that moves, its own option, therapist and room
    are there even if nobody could book them any more. Three queries."""
    therapists = list(therapists_with_visible_calendar(user))
    given = Q(
        is_active=True,
        treatment__is_active=True,
        offers__therapist__in=[therapist.pk for therapist in therapists],
    )
    kept_room = Q()
    if moving is not None:
        given |= Q(pk=moving.option_id)
        kept_room = Q(pk=moving.room_id)
        if moving.therapist not in therapists:
            therapists.insert(0, moving.therapist)
    options = (
        Option.objects.filter(given)
        .select_related("treatment")
        .annotate(
            lowest=Min(Coalesce("offers__own_price", "price")),
            highest=Max(Coalesce("offers__own_price", "price")),
        )
        .order_by("treatment__position", "treatment__name", "minutes")
    )
    return BookingChoices(
        list(options), therapists, list(Room.objects.filter(Q(is_active=True) | kept_room))
    )


def price_range(option: Option) -> tuple[Decimal, Decimal]:
    """Return the lowest and the highest price of an option of BookingChoices."""
    return option.lowest, option.highest  # type: ignore[attr-defined]  # annotated


def find_free_times(
    clinic: ClinicProfile,
    choices: BookingChoices,
    *,
    option: int,
    therapist: str,
    day: date,
    now: datetime,
    moving: Appointment | None = None,
) -> FreeTimes:
    """The free starts of a day from now on, whatever the notice; `therapist` is a slug, or empty
    for any of the shelf."""
    allowed = {one.pk for one in choices.therapists if therapist in ("", one.slug)}
    offers = {pk: offer for pk, offer in _offers(clinic, option, moving).items() if pk in allowed}
    if not offers or day < clinic.today(now):
        return FreeTimes()
    same = moving if moving is not None and moving.option_id == option else None
    availability = load_availability(
        clinic, offers, first=day, last=day, now=now, excluding=moving, ignore_notice=True
    )
    found = bookable_times(availability, moving=same)
    return FreeTimes(availability, [time for time in found if time.starts_at >= now])


def _offers(clinic: ClinicProfile, option: int, moving: Appointment | None) -> Mapping[int, Offer]:
    if moving is None or moving.option_id != option:
        return find_offers(clinic, Q(option=option))
    try:
        return offers_to_move(moving, clinic)
    except OptionNotOffered:
        return {}
