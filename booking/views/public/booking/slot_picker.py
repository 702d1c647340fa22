"""What the page of times shows: the state of choosing, and the week around it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from urllib.parse import urlencode

from django.db.models import Q
from django.utils.translation import gettext as _

from booking.engine.hours import dates_between
from booking.models import Appointment, ClinicProfile, Offer, Option, Therapist, Treatment
from booking.queries.availability.bookable_times import (
    BookableTime,
    bookable_times,
    find_first_free_day,
    group_by_day,
    group_by_part_of_day,
)
from booking.queries.availability.offers import find_offers
from booking.queries.availability.slots import load_availability
from booking.queries.catalogue import BookableTreatment, therapists_offering
from booking.views.public.summary import SummaryRow, format_minutes
from clinic.lib.dates import date_format
from clinic.lib.text.money import format_money

DAYS_PER_WEEK = 7


@dataclass
class SlotFilter:
    """What somebody wants to look at; empty where they have no wish."""

    option: int | None = None
    therapist: str = ""
    day: date | None = None
    part: str = ""


@dataclass
class PickerDay:
    """One date of the strip."""

    date: date
    times: Sequence[BookableTime]


@dataclass
class SlotPicker:
    """The state of choosing."""

    clinic: ClinicProfile
    treatment: Treatment
    options: Sequence[Option]
    therapists: Sequence[Therapist]
    option: Option
    therapist: str
    part: str = ""
    problem: str = ""
    offers: Mapping[int, Offer] = field(default_factory=dict)
    day: date | None = None
    days: Sequence[PickerDay] = field(default_factory=list)
    first_free_day: date | None = None
    earlier: date | None = None
    later: date | None = None
    moving: Appointment | None = None

    @property
    def query(self) -> str:
        """The choice so far, for links that change the day."""
        chosen = {"option": self.option.pk, "therapist": self.therapist}
        return urlencode(chosen | ({"part": self.part} if self.part else {}))

    @property
    def first_free_day_url(self) -> str:
        """The link to the first free day."""
        return f"?{self.query}&day={self.first_free_day}"

    @property
    def has_times(self) -> bool:
        return any(day.times for day in self.days)

    @property
    def zone_name(self) -> str:
        """The zone of the times shown, in words."""
        shown = next((day.times[0].starts_at for day in self.days if day.times), None)
        return "" if shown is None else date_format.zone_name(shown, self.clinic.zone)

    @property
    def rows(self) -> list[SummaryRow]:
        """The choice in short."""
        who = next((t.name for t in self.therapists if t.slug == self.therapist), _("Anyone"))
        return [
            {"label": _("What"), "value": self.treatment.name},
            {"label": _("How long"), "value": format_minutes(self.option.minutes)},
            {"label": _("With"), "value": who},
            {"label": _("Price"), "value": self.price_label, "note": _("You pay at the clinic.")},
        ]

    @property
    def shown(self) -> Sequence[BookableTime]:
        """The times of the chosen day."""
        return next((day.times for day in self.days if day.date == self.day), [])

    @property
    def parts(self) -> list[tuple[str, list[BookableTime]]]:
        """The times of the chosen day, by part of the day."""
        return group_by_part_of_day(self.shown)

    @property
    def price_label(self) -> str:
        """The price in words; "from" where therapists have their own."""
        price = format_money(self.price, self.clinic.currency)
        if self.moving is None and len({offer.price for offer in self.offers.values()}) > 1:
            return _("from %(price)s") % {"price": price}
        return price

    @property
    def price(self) -> Decimal:
        """The chosen therapist's price of the chosen length; with anyone, the lowest. Of an
        appointment that is moved, what it costs now."""
        if self.moving is not None:
            return self.moving.price
        return min((offer.price for offer in self.offers.values()), default=self.option.price)


def build_slot_picker(
    clinic: ClinicProfile, bookable: BookableTreatment, look: SlotFilter, now: datetime
) -> SlotPicker:
    """Everything the page shows. The number of queries does not depend on what is on file."""
    treatment, options = bookable.treatment, bookable.options
    option = next((option for option in options if option.pk == look.option), None)
    choice = SlotPicker(
        clinic=clinic,
        treatment=treatment,
        options=options,
        therapists=list(therapists_offering(treatment)),
        option=option or bookable.usual,
        therapist=look.therapist,
        part=look.part,
    )
    if look.option is not None and option is None:
        choice.problem = _("That length is not offered. Please choose one of these.")
    offers = find_offers(clinic, Q(option=choice.option), therapist=look.therapist or None)
    if not offers and look.therapist:
        choice.problem = _("That therapist does not offer this. Here are everyone's times.")
        choice.therapist = ""
        offers = find_offers(clinic, Q(option=choice.option))
    if offers:
        choice.offers = offers
        select_week(choice, look.day, now)
    return choice


def select_week(choice: SlotPicker, wanted: date | None, now: datetime) -> None:
    """The week that holds the wanted day; without a wish, the week of the first free day."""
    today = choice.clinic.today(now)
    last = today + timedelta(days=choice.clinic.horizon_days)
    if wanted is not None and not today <= wanted <= last:
        choice.problem = _("That day cannot be booked online. Here are the days that can.")
        wanted = None
    start = today
    if wanted is not None:
        start += timedelta(days=(wanted - today).days // DAYS_PER_WEEK * DAYS_PER_WEEK)
    week = dates_between(start, min(start + timedelta(days=DAYS_PER_WEEK - 1), last))
    _load_week(choice, week, now)
    choice.earlier = start - timedelta(days=DAYS_PER_WEEK) if start > today else None
    choice.later = (
        start + timedelta(days=DAYS_PER_WEEK)
        if start + timedelta(days=DAYS_PER_WEEK) <= last
        else None
    )
    free = next((day.date for day in choice.days if day.times), None)
    choice.day = wanted if any(d.date == wanted and d.times for d in choice.days) else free
    if free is None:
        choice.first_free_day = find_first_free_day(
            choice.clinic,
            choice.offers,
            after=start,
            now=now,
            part=choice.part,
            moving=choice.moving,
        )


def _load_week(choice: SlotPicker, week: Sequence[date], now: datetime) -> None:
    first, last = week[0], week[-1]
    availability = load_availability(
        choice.clinic, choice.offers, first=first, last=last, now=now, excluding=choice.moving
    )
    found = bookable_times(availability, part=choice.part, moving=choice.moving)
    table = group_by_day(found, week)
    choice.days = [PickerDay(day, table[day]) for day in week]
