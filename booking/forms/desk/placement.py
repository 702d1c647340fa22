"""Forms of the desk for the place of an appointment, and for a booking by phone."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as now_translated
from django.utils.translation import gettext_lazy as _

from booking.engine.hours import wall_clock_to_utc
from booking.forms.desk.phone_booking_choices import PatientRadios, TimeRadios
from booking.forms.fields import (
    EmailField,
    MultilineField,
    NameField,
    PhoneField,
    SingleLineField,
    StartField,
)
from booking.forms.public.api_slots import EARLIEST_DATE, LATEST_DATE
from booking.inputs import PersonalDetails
from booking.models import ClinicProfile, Option, Patient
from booking.queries.availability.bookable_times import BookableTime
from booking.queries.availability.booking_choices import BookingChoices, price_range
from clinic.lib.dates.epoch import from_minutes
from clinic.lib.dates.zones import local_date
from clinic.lib.text.money import format_money

NOTE_MAX_LENGTH = 1000
MAX_LENGTH_MESSAGE = {"max_length": _("Please use at most %(limit_value)d characters.")}
Choices = list[tuple[Any, Any]]


class CalendarDateField(forms.DateField):
    """A date between 2000 and 2200, as the calendar shows it."""

    default_error_messages = {
        "required": _("Please choose a day."),
        "invalid": _("That date could not be read. Please write it like 2026-12-01."),
    }

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        super().__init__(input_formats=["%Y-%m-%d"], widget=widget, **options)

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value is not None and not EARLIEST_DATE <= value <= LATEST_DATE:
            raise ValidationError(_("Please choose a day between 2000 and 2200."), code="range")


class StaffSlotForm(forms.Form):
    """Treatment, therapist, room and start. `start` is a free time; `day` and `at` are any time."""

    option = forms.TypedChoiceField(
        label=_("Treatment"),
        coerce=int,
        error_messages={
            "required": _("Please choose a treatment."),
            "invalid_choice": _("Please choose one of the treatments shown."),
        },
    )
    therapist = forms.ChoiceField(
        label=_("With"),
        required=False,
        error_messages={"invalid_choice": _("Please choose one of the therapists shown.")},
    )
    room = forms.TypedChoiceField(
        label=_("Room"),
        coerce=int,
        required=False,
        empty_value=None,
        error_messages={"invalid_choice": _("Please choose one of the rooms shown.")},
    )
    day = CalendarDateField(label=_("Day"))
    start = StartField(label=_("Time"), required=False)
    at = forms.TimeField(
        label=_("Another time"),
        required=False,
        input_formats=["%H:%M", "%H:%M:%S"],
        widget=forms.TimeInput(attrs={"type": "time", "step": "300"}, format="%H:%M"),
        error_messages={"invalid": _("That time could not be read. Please write it like 14:30.")},
    )

    def __init__(
        self,
        *args: Any,
        clinic: ClinicProfile,
        booking_choices: BookingChoices,
        allow_any_therapist: bool = False,
        **kwargs: Any,
    ) -> None:
        """`allow_any_therapist` adds "anyone who is free" to the therapists."""
        super().__init__(*args, **kwargs)
        self.zone, self.booking_choices = clinic.zone, booking_choices
        for name, choices in _field_choices(
            booking_choices, clinic, allow_any_therapist=allow_any_therapist
        ).items():
            field = self.fields[name]
            field.choices = choices  # type: ignore[attr-defined]  # each is a ChoiceField
            field.widget.attrs["autocomplete"] = "off"

    def clean(self) -> dict[str, Any]:
        """Turn `day` and `at` into `start`, unless a free time of that day was chosen.

        A `start` on another day was chosen before the day changed, and is dropped.
        """
        data: dict[str, Any] = super().clean() or {}
        start, day, clock_time = data.get("start"), data.get("day"), data.get("at")
        if start is not None and day is not None and local_date(start, self.zone) != day:
            data["start"] = start = None
        if start is None and day is not None and clock_time is not None:
            data["start"] = self._instant(day, clock_time)
        return data

    @staticmethod
    def date_of(start: str, zone: ZoneInfo) -> str:
        """Return the clinic's date (ISO 8601) of an RFC 3339 start, or "" if unreadable."""
        instant = _parse_start(start)
        return "" if instant is None else local_date(instant, zone).isoformat()

    @staticmethod
    def time_of_day_of(start: str, zone: ZoneInfo) -> str:
        """Return the clinic's time of day (HH:MM) of an RFC 3339 start, or "" if unreadable."""
        instant = _parse_start(start)
        return "" if instant is None else f"{instant.astimezone(zone):%H:%M}"

    @property
    def requested_start(self) -> datetime | None:
        """The chosen start, or None."""
        start: datetime | None = self.cleaned_data.get("start")
        return start

    def _instant(self, day: date, clock_time: time) -> datetime | None:
        """Return the instant of a wall-clock time; the first of two when clocks go back."""
        minute = clock_time.hour * 60 + clock_time.minute
        spans = list(wall_clock_to_utc(day, (minute, minute + 1), self.zone))
        if not spans:
            self.add_error(
                "at",
                _("The clocks go forward that night: this time does not exist on that day."),
            )
            return None
        return from_minutes(spans[0][0])


def _field_choices(
    booking_choices: BookingChoices, clinic: ClinicProfile, *, allow_any_therapist: bool
) -> dict[str, Choices]:
    """Return the choices of each field. "Anyone" comes first if there are several therapists."""
    options: Choices = [("", _("Please choose"))]
    options += [(option.pk, _option_label(option, clinic)) for option in booking_choices.options]
    therapists: Choices = [
        (therapist.slug, therapist.name) for therapist in booking_choices.therapists
    ]
    if allow_any_therapist and len(therapists) > 1:
        therapists.insert(0, ("", _("Anyone who is free")))
    rooms: Choices = [
        ("", _("Any that is free")),
        *((room.pk, room.name) for room in booking_choices.rooms),
    ]
    return {"option": options, "therapist": therapists, "room": rooms}


def _option_label(option: Option, clinic: ClinicProfile) -> str:
    """Format an option like "Swedish massage, 60 min, from $85.00"."""
    lowest, highest = price_range(option)
    price = format_money(lowest, clinic.currency)
    if lowest != highest:
        price = now_translated("from %(price)s") % {"price": price}
    return f"{option}, {price}"


def _parse_start(start: str) -> datetime | None:
    try:
        return StartField().clean(start)
    except ValidationError:
        return None


class PhoneBookingForm(StaffSlotForm):
    """A booking by phone: when, where and for whom. May be incomplete until it is submitted."""

    q = SingleLineField(
        label=_("Find the patient"),
        required=False,
        max_length=100,
        help_text=_("Part of the name, the phone number or the e-mail."),
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    patient = forms.UUIDField(
        label=_("Found"),
        required=False,
        error_messages={"invalid": _("Please choose one of the patients shown.")},
    )
    name = NameField(label=_("Name"), required=False, max_length=150)
    phone = PhoneField(
        label=_("Phone"),
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "inputmode": "tel"}),
    )
    email = EmailField(
        label=_("E-mail"),
        required=False,
        max_length=254,
        help_text=_("For the confirmation. Without one we send nothing."),
        error_messages={
            "invalid": _("Please check the e-mail address. It should look like name@example.com.")
        },
    )
    walk_in = forms.BooleanField(
        label=_("Walk-in: no phone number and no e-mail"),
        required=False,
        help_text=_("The name is enough. The appointment is marked, and no mail is sent."),
    )
    team_note = MultilineField(
        label=_("Note for the team"),
        required=False,
        max_length=NOTE_MAX_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
        error_messages=MAX_LENGTH_MESSAGE,
    )

    def __init__(self, *args: Any, is_submitted: bool = False, **kwargs: Any) -> None:
        """`is_submitted`: the button Book was pressed, so the form must be complete."""
        super().__init__(*args, **kwargs)
        self.is_submitted = is_submitted
        for name in ("name", "phone", "email"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if self.is_submitted:
            self._check_time(data)
            self._check_person(data)
        return data

    def offer_times(self, times_by_part: Sequence[tuple[str, Sequence[BookableTime]]]) -> None:
        """Show the free times, by part of the day, with the chosen one checked."""
        self.fields["start"].widget = TimeRadios(
            times_by_part, self.cleaned_data.get("start"), self.zone
        )

    def offer_patients(
        self, patients: Sequence[Patient], chosen: UUID | str | None, *, allow_new: bool = False
    ) -> None:
        """Show patients to choose from; `allow_new` adds "somebody new"."""
        self.fields["patient"].widget = PatientRadios(patients, chosen, allow_new=allow_new)

    def details(self) -> PersonalDetails:
        """Return the contact data of a new patient."""
        data = self.cleaned_data
        return PersonalDetails(name=data["name"], email=data["email"], phone=data["phone"])

    def _check_time(self, data: dict[str, Any]) -> None:
        if data.get("start") is None and not self.errors.keys() & {"start", "at", "day"}:
            self.add_error("start", _("Please choose a time."))

    def _check_person(self, data: dict[str, Any]) -> None:
        if data.get("patient") or self.errors.keys() & {"patient", "name", "phone", "email"}:
            return
        if not data.get("name"):
            self.add_error("name", _("Please choose a patient, or tell us the name of a new one."))
        elif not data.get("phone") and not data.get("email") and not data.get("walk_in"):
            self.add_error(
                "phone",
                _("Please note a phone number or an e-mail address, or check the box “Walk-in”."),
            )
