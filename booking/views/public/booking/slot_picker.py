"""The state of the page that shows free times: the filter, and the times of the shown days."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cached_property
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from booking.forms.public.slot_request import SlotChooserForm
from booking.models import Appointment, ClinicProfile, Offer, Option, Therapist, Treatment
from booking.queries.availability.bookable_times import (
    BookableTime,
    bookable_times,
    find_first_free_day,
    group_by_day,
)
from booking.queries.availability.days_without_times import explain_days
from booking.queries.availability.offers import offers_of_options
from booking.queries.availability.slots import load_availability
from booking.queries.catalogue import BookableTreatment, therapists_offering
from booking.views.public.booking.lengths import LengthChoice, format_price_range
from booking.views.public.booking.shown_days import (
    MONTH,
    DayRange,
    PickerDay,
    month_of,
    week_of,
)
from booking.views.public.booking.slot_buttons import SlotButton, slot_buttons
from booking.views.public.summary import SummaryRow, format_minutes
from clinic.lib.dates import date_format


@dataclass
class SlotFilter:
    """The filter of the times that are shown. Empty values are no preference."""

    option: int | None = None
    therapist: str = ""
    day: date | None = None
    part: str = ""
    view: str = ""


@dataclass
class SlotPicker:
    """The shown days and what was chosen so far.

    `moving` is the appointment to move, if any; `own_holds` are the browser's holds, whose times
    count as free here; `named_start` is a time to mark on the page.
    """

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
    view: str = ""
    shown_range: DayRange | None = None
    days: Sequence[PickerDay] = field(default_factory=list)
    first_free_day: date | None = None
    next_time: BookableTime | None = None
    option_prices: Mapping[int, tuple[Decimal, Decimal]] = field(default_factory=dict)
    moving: Appointment | None = None
    own_holds: Sequence[Appointment] = ()
    named_start: datetime | None = None

    @cached_property
    def form(self) -> SlotChooserForm:
        """The form that changes the filter."""
        return SlotChooserForm(
            options=[self._length(option) for option in self.options],
            therapists=self.therapists,
            booked_therapist=self.moving.therapist_id if self.moving else None,
            option=self.option.pk,
            therapist=self.therapist,
            part=bool(self.part),
            day=self.day,
            view=self.view,
        )

    @property
    def query(self) -> str:
        """The query string of what was chosen, for links to another day."""
        return self._query(self.view)

    @property
    def other_view_url(self) -> str:
        """The address of the five weeks if one is shown, else of the week."""
        day = {"day": self.day.isoformat()} if self.day else {}
        return f"?{self._query('' if self.view else MONTH)}&{urlencode(day)}"

    @property
    def next_free_url(self) -> str:
        """The address of the first day with a free time."""
        return f"?{self._query('')}"

    def _query(self, view: str) -> str:
        chosen = {"option": self.option.pk, "therapist": self.therapist}
        more = {"part": self.part, "view": view}
        return urlencode(chosen | {name: value for name, value in more.items() if value})

    @property
    def first_free_day_url(self) -> str:
        """The address of the first free day."""
        return f"?{self.query}&day={self.first_free_day}"

    @property
    def first_column(self) -> int:
        """The column of the first shown day, from 1 for Monday."""
        return self.days[0].date.isoweekday()

    @property
    def has_times(self) -> bool:
        return any(day.times for day in self.days)

    @property
    def zone_name(self) -> str:
        """The time zone of the shown times, in words."""
        shown = next((day.times[0].starts_at for day in self.days if day.times), None)
        return "" if shown is None else date_format.zone_name(shown, self.clinic.zone)

    @property
    def chosen_therapist(self) -> Therapist | None:
        """The chosen therapist, or None if anyone will do."""
        return next((row for row in self.therapists if row.slug == self.therapist), None)

    @property
    def rows(self) -> list[SummaryRow]:
        """The summary of what was chosen."""
        therapist = self.chosen_therapist
        therapist_name = therapist.name if therapist is not None else _("Anyone")
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

    @cached_property
    def parts(self) -> list[tuple[str, list[SlotButton]]]:
        """The buttons of the chosen day, by part of the day."""
        return slot_buttons(
            self.shown,
            self.clinic,
            held=self.held_start,
            named=self.named_start,
            with_prices=len(set(self.prices)) > 1,
        )

    @property
    def held(self) -> Appointment | None:
        """The time of this treatment that the browser holds, if any."""
        return next(
            (hold for hold in self.own_holds if hold.option.treatment_id == self.treatment.pk), None
        )

    @property
    def held_start(self) -> datetime | None:
        """The start of the browser's hold if it has the shown length, else None."""
        held = self.held
        return held.starts_at if held and held.option_id == self.option.pk else None

    @property
    def prices(self) -> tuple[Decimal, Decimal]:
        """The lowest and highest price of what is shown; the agreed one when moving."""
        if self.moving is not None:
            return self.moving.price, self.moving.price
        shown = [time.price for time in self.shown]
        shown = shown or [offer.price for offer in self.offers.values()] or [self.option.price]
        return min(shown), max(shown)

    @property
    def price_label(self) -> str:
        """The price of the shown times, or the range of their prices."""
        return format_price_range(*self.prices, self.clinic.currency)

    def _length(self, option: Option) -> LengthChoice:
        low, high = self.option_prices.get(option.pk, (option.price, option.price))
        return LengthChoice(option, format_price_range(low, high, self.clinic.currency))


def build_slot_picker(
    clinic: ClinicProfile,
    bookable: BookableTreatment,
    slot_filter: SlotFilter,
    now: datetime,
    *,
    own_holds: Sequence[Appointment] = (),
) -> SlotPicker:
    """Return the state of the page. The number of queries is constant."""
    treatment, options = bookable.treatment, bookable.options
    option = next((option for option in options if option.pk == slot_filter.option), None)
    picker = SlotPicker(
        clinic=clinic,
        treatment=treatment,
        options=options,
        therapists=therapists_offering(treatment),
        option=option or bookable.default_option,
        therapist=slot_filter.therapist,
        part=slot_filter.part,
        view=slot_filter.view,
        own_holds=own_holds,
    )
    if slot_filter.option is not None and option is None:
        picker.problem = _("That length is not offered. Please choose one of these.")
    by_option = offers_of_options(clinic, options, picker.therapists)
    offers = _of_therapist(by_option.get(picker.option.pk, {}), slot_filter.therapist)
    if not offers and slot_filter.therapist:
        picker.problem = _("That therapist does not offer this. Here are everyone's times.")
        picker.therapist = ""
        offers = by_option.get(picker.option.pk, {})
    picker.option_prices = {
        pk: _price_range(_of_therapist(offered, picker.therapist) or offered)
        for pk, offered in by_option.items()
    }
    if offers:
        picker.offers = offers
        select_days(picker, slot_filter.day, now)
    return picker


def _of_therapist(offers: Mapping[int, Offer], slug: str) -> Mapping[int, Offer]:
    """Return the offers of a therapist (slug); all if the slug is ""."""
    return {pk: offer for pk, offer in offers.items() if slug in ("", offer.therapist.slug)}


def _price_range(offers: Mapping[int, Offer]) -> tuple[Decimal, Decimal]:
    prices = [offer.price for offer in offers.values()]
    return min(prices), max(prices)


def select_days(picker: SlotPicker, wanted: date | None, now: datetime) -> None:
    """Load the range of days with the wanted day, or with the first free one; choose a day."""
    today = picker.clinic.today(now)
    last = today + timedelta(days=picker.clinic.horizon_days)
    if wanted is not None and not today <= wanted <= last:
        picker.problem = _("That day cannot be booked online. Here are the days that can.")
        wanted = None
    select_range = month_of if picker.view == MONTH else week_of
    _load_days(picker, select_range(wanted, today, last), now)
    if not picker.has_times:
        after = picker.days[0].date
        picker.first_free_day = _find_first_free_day(picker, after=after, now=now)
        if wanted is None and picker.first_free_day is not None:
            wanted = picker.first_free_day
            _load_days(picker, select_range(wanted, today, last), now)
    free = next((day for day in picker.days if day.times), None)
    picker.day = free.date if free else None
    if any(day.date == wanted and day.times for day in picker.days):
        picker.day = wanted
    if free is not None and (picker.days[0].date == today or picker.first_free_day == free.date):
        picker.next_time = free.times[0]


def _find_first_free_day(picker: SlotPicker, *, after: date, now: datetime) -> date | None:
    return find_first_free_day(
        picker.clinic, picker.offers, after=after, now=now, part=picker.part, moving=picker.moving
    )


def _load_days(picker: SlotPicker, shown: DayRange, now: datetime) -> None:
    days = shown.days
    availability = load_availability(
        picker.clinic,
        picker.offers,
        first=days[0],
        last=days[-1],
        now=now,
        excluding=picker.moving,
        own_holds=[hold.pk for hold in picker.own_holds],
    )
    times = bookable_times(availability, part=picker.part, moving=picker.moving)
    table, without = group_by_day(times, days), explain_days(availability, days)
    picker.shown_range = shown
    picker.days = [
        PickerDay(
            day,
            table[day],
            without=without[day],
            is_filtered=bool(picker.part),
            is_of_one_therapist=bool(picker.therapist),
        )
        for day in days
    ]
