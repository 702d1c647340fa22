"""Forms for time off, once or repeated, closures and public holidays."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Fieldset, Layout, Row, Submit
from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.engine.hours import (
    MINUTES_PER_DAY,
    first_utc_minute_at,
    utc_minute_until,
    wall_clock_to_utc,
)
from booking.engine.spans import Span
from booking.forms.date_fields import DateInputField, TimeOfDayField
from booking.forms.desk.hours import nonexistent_time_message, validate_upcoming_date
from booking.forms.fields import SingleLineField
from booking.inputs import NewClosure
from booking.models import Closure
from clinic.lib.dates import date_format
from clinic.lib.dates.epoch import from_minutes

MAX_TIME_OFF = timedelta(days=366)
REPEAT_CHOICES = (
    ("", gettext_lazy("Only this once")),
    ("1", gettext_lazy("Every week")),
    ("2", gettext_lazy("Every second week")),
    ("4", gettext_lazy("Every fourth week")),
)
CARRIED_FIELDS = '{% include "components/carried_fields.html" %}'
DatetimeSpan = tuple[datetime, datetime]


class TimeOffForm(forms.Form):
    """Time off from a day and perhaps a time to another, once or every few weeks."""

    first_day = DateInputField(
        label=gettext_lazy("First day"), help_text=gettext_lazy("Today or later.")
    )
    starts = TimeOfDayField(
        label=gettext_lazy("From"), required=False, help_text=gettext_lazy("Empty: all day.")
    )
    last_day = DateInputField(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("Empty: the same day."),
    )
    ends = TimeOfDayField(
        label=gettext_lazy("Until"),
        required=False,
        help_text=gettext_lazy("Empty: midnight."),
    )
    note = SingleLineField(
        label=gettext_lazy("Note for the team"),
        required=False,
        max_length=120,
        help_text=gettext_lazy("For example: vacation, course. Patients never see it."),
    )
    repeat = forms.ChoiceField(
        label=gettext_lazy("How often?"),
        choices=REPEAT_CHOICES,
        required=False,
        help_text=gettext_lazy("Each time on the weekday of the first."),
        error_messages={"invalid_choice": gettext_lazy("Please choose one of the list.")},
    )
    until = DateInputField(
        label=gettext_lazy("Until this date"),
        required=False,
        help_text=gettext_lazy("Only if it repeats; at most a year."),
    )

    def __init__(self, *args: Any, today: date, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.zone = today, zone
        self.spans: tuple[DatetimeSpan, ...] = ()
        for name in ("first_day", "last_day", "until"):
            self.fields[name].widget.attrs["min"] = f"{today}"
        self.helper = FormHelper()
        self.helper.mark_optional = False
        self.helper.layout = Layout(
            Row("first_day", "starts", css_class="when-row"),
            Row("last_day", "ends", css_class="when-row"),
            "note",
            Fieldset(_("Does it repeat?"), Row("repeat", "until")),
            HTML(CARRIED_FIELDS),
            Submit("save", _("Save the time off")),
        )

    def clean_first_day(self) -> date:
        day: date = self.cleaned_data["first_day"]
        return validate_upcoming_date(day, self.today)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        if self.errors:
            return data
        first, last = data["first_day"], data["last_day"] or data["first_day"]
        if last < first:
            self.add_error("last_day", _("The last day must not be before the first."))
        elif last - first > MAX_TIME_OFF:
            self.add_error("last_day", _("That is more than a year. Please check the dates."))
        elif data["repeat"]:
            self._repeat(data, first, last)
        else:
            self._once(data, first, last)
        return data

    def _once(self, data: dict[str, Any], first: date, last: date) -> None:
        begin = first_utc_minute_at(first, _minutes_since_midnight(data["starts"]), self.zone)
        end = utc_minute_until(
            last, _minutes_since_midnight(data["ends"]) or MINUTES_PER_DAY, self.zone
        )
        if begin is None:
            self.add_error("starts", nonexistent_time_message())
        elif end is None:
            self.add_error("ends", nonexistent_time_message())
        elif begin >= end:
            self.add_error("ends", _("The end must be after the start."))
        else:
            self.spans = ((from_minutes(begin), from_minutes(end)),)

    def _repeat(self, data: dict[str, Any], first: date, last: date) -> None:
        wall_span = (
            _minutes_since_midnight(data["starts"]),
            _minutes_since_midnight(data["ends"]) or MINUTES_PER_DAY,
        )
        if last != first:
            self.add_error("last_day", _("What repeats must begin and end on the same day."))
        elif wall_span[0] >= wall_span[1]:
            self.add_error("ends", _("The end must be after the start."))
        elif data["until"] is None:
            self.add_error("until", _("Please say until when it repeats."))
        elif data["until"] < first:
            self.add_error("until", _("This must not be before the first day."))
        elif data["until"] - first > MAX_TIME_OFF:
            self.add_error("until", _("That is more than a year. Please choose an earlier date."))
        else:
            weeks = timedelta(weeks=int(data["repeat"]))
            self.spans = tuple(_repeated_spans(first, data["until"], weeks, wall_span, self.zone))


def _repeated_spans(
    first: date, until: date, weeks: timedelta, wall_span: Span, zone: ZoneInfo
) -> Iterator[DatetimeSpan]:
    """Yield each repetition, without those that the clocks skip."""
    day = first
    while day <= until:
        spans = list(wall_clock_to_utc(day, wall_span, zone))
        if spans:
            yield from_minutes(spans[0][0]), from_minutes(spans[-1][1])
        day += weeks


class ClosureForm(forms.ModelForm):
    """A closure of the clinic for whole days, or for hours of days."""

    first_day = DateInputField(
        label=gettext_lazy("First day"), help_text=gettext_lazy("Today or later.")
    )
    last_day = DateInputField(
        label=gettext_lazy("Last day"),
        required=False,
        help_text=gettext_lazy("Empty: the same day."),
    )
    starts = TimeOfDayField(
        label=gettext_lazy("From"),
        required=False,
        help_text=gettext_lazy("Both empty: whole days."),
    )
    ends = TimeOfDayField(
        label=gettext_lazy("Until"), required=False, help_text=gettext_lazy("Midnight is 0:00.")
    )
    name = SingleLineField(
        label=gettext_lazy("What for?"),
        max_length=120,
        help_text=gettext_lazy("Everybody can read it on the site."),
        error_messages={"required": gettext_lazy("Please say what for, in a word or two.")},
    )

    class Meta:
        model = Closure
        fields = ("name", "first_day", "last_day", "starts", "ends")

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.helper = FormHelper()
        self.helper.mark_optional = False
        self.helper.layout = Layout(
            "name",
            Row("first_day", "last_day", css_class="when-row when-even"),
            Row("starts", "ends", css_class="when-row when-even"),
            HTML(CARRIED_FIELDS),
            Submit("save", _("Close the clinic")),
        )

    def clean_first_day(self) -> date:
        day: date = self.cleaned_data["first_day"]
        return validate_upcoming_date(day, self.today)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        first = data.get("first_day")
        if first and "last_day" in data:
            data["last_day"] = data["last_day"] or first
            if data["last_day"] - first > MAX_TIME_OFF:
                self.add_error("last_day", _("That is more than a year. Please check the dates."))
        return data

    @property
    def closure(self) -> NewClosure:
        """The closure of a valid form."""
        return NewClosure(**{name: self.cleaned_data[name] for name in self.Meta.fields})


class HolidaysForm(forms.Form):
    """A choice of the public holidays of a year."""

    days = forms.MultipleChoiceField(
        label=gettext_lazy("Public holidays"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": gettext_lazy("Please choose at least one day."),
            "invalid_choice": gettext_lazy("Please choose from the list."),
        },
    )

    def __init__(
        self, *args: Any, holidays: Sequence[tuple[date, str]], year: int, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.names = {f"{day}": (day, name) for day, name in holidays}
        texts = [
            (value, f"{date_format.long_day(day)}: {name}")
            for value, (day, name) in self.names.items()
        ]
        self.fields["days"].choices = texts  # type: ignore[attr-defined]
        self.fields["days"].initial = list(self.names)
        self.helper = FormHelper()
        self.helper.layout = Layout("days", Submit("close", _("Close on these days")))

    @property
    def closures(self) -> tuple[NewClosure, ...]:
        """The closures of a valid form."""
        chosen = [self.names[value] for value in self.cleaned_data["days"]]
        return tuple(
            NewClosure(name=name[:120], first_day=day, last_day=day) for day, name in chosen
        )


def _minutes_since_midnight(moment: time | None) -> int:
    """Minutes since 00:00."""
    return 0 if moment is None else moment.hour * 60 + moment.minute
