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
        return next((therapist for therapist in self.therapists if therapist.slug == slug), None)

    def option(self, pk: int) -> Option | None:
        return next((option for option in self.options if option.pk == pk), None)


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
    """Return what the user may book. Three queries.

    The present option, therapist and room of an appointment that moves are included, even if
    they can no longer be booked.
    """
    therapists = list(therapists_with_visible_calendar(user))
    is_offered = Q(
        is_active=True,
        treatment__is_active=True,
        offers__therapist__in=[therapist.pk for therapist in therapists],
    )
    is_current_room = Q()
    if moving is not None:
        is_offered |= Q(pk=moving.option_id)
        is_current_room = Q(pk=moving.room_id)
        if moving.therapist not in therapists:
            therapists.insert(0, moving.therapist)
    options = (
        Option.objects.filter(is_offered)
        .select_related("treatment")
        .annotate(
            lowest=Min(Coalesce("offers__own_price", "price")),
            highest=Max(Coalesce("offers__own_price", "price")),
        )
        .order_by("treatment__position", "treatment__name", "minutes")
    )
    return BookingChoices(
        list(options), therapists, list(Room.objects.filter(Q(is_active=True) | is_current_room))
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
    """Return the free starts of a day, without regard to the shortest notice.

    `option` is a primary key; `therapist` is a slug, or "" for any therapist of `choices`.
    """
    allowed_ids = {
        candidate.pk for candidate in choices.therapists if therapist in ("", candidate.slug)
    }
    offers = {
        pk: offer for pk, offer in _offers(clinic, option, moving).items() if pk in allowed_ids
    }
    if not offers or day < clinic.today(now):
        return FreeTimes()
    moving_same_option = moving if moving is not None and moving.option_id == option else None
    availability = load_availability(
        clinic, offers, first=day, last=day, now=now, excluding=moving, ignore_notice=True
    )
    times = bookable_times(availability, moving=moving_same_option)
    return FreeTimes(availability, [time for time in times if time.starts_at >= now])


def _offers(clinic: ClinicProfile, option: int, moving: Appointment | None) -> Mapping[int, Offer]:
    if moving is None or moving.option_id != option:
        return find_offers(clinic, option)
    try:
        return offers_to_move(moving, clinic)
    except OptionNotOffered:
        return {}
