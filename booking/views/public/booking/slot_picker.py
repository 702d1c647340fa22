"""The state of the page that shows free times: the filter, and the times of a week."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from urllib.parse import urlencode

from django.db.models import Q
from django.utils.translation import gettext as _

from booking.engine.hours import dates_between
from booking.forms.public.slot_request import SlotChooserForm
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
    """The filter of the times that are shown. Empty values are no preference."""

    option: int | None = None
    therapist: str = ""
    day: date | None = None
    part: str = ""


@dataclass
class PickerDay:
    """A day of the shown week, with its free times."""

    date: date
    times: Sequence[BookableTime]


@dataclass
class SlotPicker:
    """The shown week and what was chosen so far. `moving` is the appointment to move, if any."""

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

    @cached_property
    def form(self) -> SlotChooserForm:
        """The form that changes the filter."""
        return SlotChooserForm(
            options=self.options,
            therapists=self.therapists,
            booked_therapist=self.moving.therapist_id if self.moving else None,
            option=self.option.pk,
            therapist=self.therapist,
            part=bool(self.part),
            day=self.day,
        )

    @property
    def query(self) -> str:
        """The query string of what was chosen, for links to another day."""
        chosen = {"option": self.option.pk, "therapist": self.therapist}
        return urlencode(chosen | ({"part": self.part} if self.part else {}))

    @property
    def first_free_day_url(self) -> str:
        """The address of the first free day."""
        return f"?{self.query}&day={self.first_free_day}"

    @property
    def has_times(self) -> bool:
        return any(day.times for day in self.days)

    @property
    def zone_name(self) -> str:
        """The time zone of the shown times, in words."""
        shown = next((day.times[0].starts_at for day in self.days if day.times), None)
        return "" if shown is None else date_format.zone_name(shown, self.clinic.zone)

    @property
    def rows(self) -> list[SummaryRow]:
        """The summary of what was chosen."""
        therapist_name = next(
            (t.name for t in self.therapists if t.slug == self.therapist), _("Anyone")
        )
        return [
            {"label": _("What"), "value": self.treatment.name},
            {"label": _("How long"), "value": format_minutes(self.option.minutes)},
            {"label": _("With"), "value": therapist_name},
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
        """The formatted price, with "from" if therapists have different prices."""
        price = format_money(self.price, self.clinic.currency)
        if self.moving is None and len({offer.price for offer in self.offers.values()}) > 1:
            return _("from %(price)s") % {"price": price}
        return price

    @property
    def price(self) -> Decimal:
        """The price of the chosen therapist; the lowest with any; the agreed one when moving."""
        if self.moving is not None:
            return self.moving.price
        return min((offer.price for offer in self.offers.values()), default=self.option.price)


def build_slot_picker(
    clinic: ClinicProfile, bookable: BookableTreatment, slot_filter: SlotFilter, now: datetime
) -> SlotPicker:
    """Return the state of the page. The number of queries is constant."""
    treatment, options = bookable.treatment, bookable.options
    option = next((option for option in options if option.pk == slot_filter.option), None)
    picker = SlotPicker(
        clinic=clinic,
        treatment=treatment,
        options=options,
        therapists=list(therapists_offering(treatment)),
        option=option or bookable.default_option,
        therapist=slot_filter.therapist,
        part=slot_filter.part,
    )
    if slot_filter.option is not None and option is None:
        picker.problem = _("That length is not offered. Please choose one of these.")
    offers = find_offers(clinic, Q(option=picker.option), therapist=slot_filter.therapist or None)
    if not offers and slot_filter.therapist:
        picker.problem = _("That therapist does not offer this. Here are everyone's times.")
        picker.therapist = ""
        offers = find_offers(clinic, Q(option=picker.option))
    if offers:
        picker.offers = offers
        select_week(picker, slot_filter.day, now)
    return picker


def select_week(picker: SlotPicker, wanted: date | None, now: datetime) -> None:
    """Load the week with the wanted day, or the current week; choose its first free day."""
    today = picker.clinic.today(now)
    last = today + timedelta(days=picker.clinic.horizon_days)
    if wanted is not None and not today <= wanted <= last:
        picker.problem = _("That day cannot be booked online. Here are the days that can.")
        wanted = None
    start = today
    if wanted is not None:
        start += timedelta(days=(wanted - today).days // DAYS_PER_WEEK * DAYS_PER_WEEK)
    week = dates_between(start, min(start + timedelta(days=DAYS_PER_WEEK - 1), last))
    _load_week(picker, week, now)
    picker.earlier = start - timedelta(days=DAYS_PER_WEEK) if start > today else None
    picker.later = (
        start + timedelta(days=DAYS_PER_WEEK)
        if start + timedelta(days=DAYS_PER_WEEK) <= last
        else None
    )
    free = next((day.date for day in picker.days if day.times), None)
    picker.day = wanted if any(d.date == wanted and d.times for d in picker.days) else free
    if free is None:
        picker.first_free_day = find_first_free_day(
            picker.clinic,
            picker.offers,
            after=start,
            now=now,
            part=picker.part,
            moving=picker.moving,
        )


def _load_week(picker: SlotPicker, week: Sequence[date], now: datetime) -> None:
    first, last = week[0], week[-1]
    availability = load_availability(
        picker.clinic, picker.offers, first=first, last=last, now=now, excluding=picker.moving
    )
    times = bookable_times(availability, part=picker.part, moving=picker.moving)
    table = group_by_day(times, week)
    picker.days = [PickerDay(day, table[day]) for day in week]
