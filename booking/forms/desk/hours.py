"""Forms for hours in rows of "from" and "until", of a week or of one date.

Rows are added, removed and copied as typed (`HoursDraft`), and validated when they are saved
(`HoursForm`).
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from itertools import pairwise
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.engine.hours import wall_clock_to_utc
from booking.forms.date_fields import DateInputField, TimeOfDayField
from booking.forms.fields import SingleLineField
from booking.inputs import WallClockSpan, WeeklySpans
from booking.models import ClinicProfile
from booking.models.schedule import Weekday
from booking.queries.availability.schedule_spans import to_wall_span
from clinic.lib.dates import date_format

MAX_ROWS_PER_DAY = 6
MAX_TIME_AHEAD = timedelta(days=366)
ROW_COMMAND_PATTERN = re.compile(r"(add|drop) ([0-6])(?: (\d))?", re.ASCII)
RawTimes = tuple[str, str]


@dataclass
class HoursDraft:
    """The rows by weekday (0 is Monday): pairs of "from" and "until" as typed."""

    rows: dict[int, list[RawTimes]]
    focus: str = ""
    """The name of the field that should have the focus next."""

    @classmethod
    def from_spans(cls, spans: Iterable[tuple[int, time, time]]) -> "HoursDraft":
        """Create a draft from weekday, start and end of existing hours."""
        rows: dict[int, list[RawTimes]] = {day: [] for day in range(7)}
        for weekday, starts, ends in spans:
            rows[weekday].append((f"{starts:%H:%M}", f"{ends:%H:%M}"))
        return cls(rows)

    @classmethod
    def from_post(cls, data: QueryDict) -> "HoursDraft":
        """Create a draft from a POST, up to the first missing row or MAX_ROWS_PER_DAY."""
        rows: dict[int, list[RawTimes]] = {day: [] for day in range(7)}
        for day, day_rows in rows.items():
            while (
                len(day_rows) < MAX_ROWS_PER_DAY
                and row_field_name(day, len(day_rows), "from") in data
            ):
                names = [row_field_name(day, len(day_rows), end) for end in ("from", "to")]
                typed = [str(data.get(name, ""))[:20] for name in names]
                day_rows.append((typed[0], typed[1]))
        return cls(rows)

    def apply_command(self, command: str) -> bool:
        """Apply a command like "add 0" or "drop 0 1". Return whether it was one."""
        match = ROW_COMMAND_PATTERN.fullmatch(command)
        if match is None:
            return False
        day, place = int(match[2]), int(match[3] or 0)
        if match[1] == "add":
            self.add_row(day)
        elif place < len(self.rows[day]):
            del self.rows[day][place]
            self.focus = f"add-{day}"
        return True

    def add_row(self, day: int) -> None:
        """Add an empty row, unless the day is full."""
        if len(self.rows[day]) < MAX_ROWS_PER_DAY:
            self.rows[day].append(("", ""))
            self.focus = row_field_name(day, len(self.rows[day]) - 1, "from")

    def copy_rows(self, day: int, to: Iterable[int]) -> None:
        """Copy the rows of a day to other days."""
        for other_day in to:
            self.rows[other_day] = list(self.rows[day])


def row_field_name(day: int, place: int, end: str) -> str:
    """Return the name of a field: d0-1-from is the second row of Monday (day 0, place 1)."""
    return f"d{day}-{place}-{end}"


@dataclass(frozen=True)
class WeekdayRows:
    """The rows of a weekday, for the template."""

    number: int
    name: str
    rows: Sequence[tuple[forms.BoundField, forms.BoundField]]
    is_full: bool

    @property
    def add_button_id(self) -> str:
        """The id of the button that adds a row."""
        return f"add-{self.number}"


class HoursForm(forms.Form):
    """Rows of "from" and "until". Empty rows are ignored."""

    def __init__(
        self, *args: Any, draft: HoursDraft, weekdays: Sequence[int] = range(7), **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.draft, self.weekdays = draft, weekdays
        for day in weekdays:
            for place, typed in enumerate(draft.rows[day]):
                self._add_row(day, place, typed)

    def days(self) -> list[WeekdayRows]:
        """Return the rows of each weekday, for the template."""
        return [
            WeekdayRows(
                number=day,
                name=str(Weekday(day).label),
                rows=[
                    (
                        self[row_field_name(day, place, "from")],
                        self[row_field_name(day, place, "to")],
                    )
                    for place in range(len(self.draft.rows[day]))
                ],
                is_full=len(self.draft.rows[day]) >= MAX_ROWS_PER_DAY,
            )
            for day in self.weekdays
        ]

    def spans_on(self, day: int) -> list[WallClockSpan]:
        """Return the spans of a weekday of a valid form, in order."""
        rows = [self._row(day, place) for place in range(len(self.draft.rows[day]))]
        return sorted((starts, ends) for _place, starts, ends in rows if starts and ends)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        for day in self.weekdays:
            rows = [self._row(day, place) for place in range(len(self.draft.rows[day]))]
            self._check_overlap(day, [row for row in rows if self._is_span(day, *row)])
        return data

    def labels(self, day: int) -> tuple[str, str]:
        """Return the labels of the two fields of a row."""
        values = {"day": Weekday(day).label}
        return _("%(day)s, from") % values, _("%(day)s, until") % values

    def _add_row(self, day: int, place: int, typed: RawTimes) -> None:
        for end, label, value in zip(("from", "to"), self.labels(day), typed, strict=True):
            name = row_field_name(day, place, end)
            self.fields[name] = TimeOfDayField(required=False, label=label, initial=value)
            if name == self.draft.focus:
                self.fields[name].widget.attrs["autofocus"] = True

    def _row(self, day: int, place: int) -> tuple[int, time | None, time | None]:
        names = [row_field_name(day, place, end) for end in ("from", "to")]
        return place, self.cleaned_data.get(names[0]), self.cleaned_data.get(names[1])

    def _is_span(self, day: int, place: int, starts: time | None, ends: time | None) -> bool:
        """Return whether a row is a span. Adds an error if it is half empty or reversed."""
        first, second = (row_field_name(day, place, end) for end in ("from", "to"))
        if first in self.errors or second in self.errors:
            return False
        if starts is None or ends is None:
            if starts is not None or ends is not None:
                missing = first if starts is None else second
                self.add_error(missing, _("Please give both times, or empty both."))
            return False
        begin, end = to_wall_span(starts, ends)
        if begin >= end:
            self.add_error(second, _("The end must be after the start."))
        return begin < end

    def _check_overlap(self, day: int, rows: Sequence[tuple[int, Any, Any]]) -> None:
        """Add an error to the later of two rows that overlap."""
        spans = sorted((to_wall_span(starts, ends), place) for place, starts, ends in rows)
        for (before, other_place), (span, place) in pairwise(spans):
            if span[0] < before[1]:
                _place, starts, ends = self._row(day, other_place)
                values = {
                    "starts": date_format.format_time(starts or time()),
                    "ends": _format_end(ends or time()),
                }
                sentence = _("These hours overlap %(starts)s to %(ends)s.") % values
                self.add_error(row_field_name(day, place, "from"), sentence)


class WeeklyHoursForm(HoursForm):
    """The hours of a week, and the date from which they apply."""

    first = DateInputField(
        label=gettext_lazy("From this date on"),
        help_text=gettext_lazy(
            "Until then everything stays as it is, and later changes that are planned stay too."
        ),
    )
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)

    def __init__(self, *args: Any, today: date, current_fingerprint: str, **kwargs: Any) -> None:
        """`current_fingerprint` identifies the present hours, to notice concurrent changes."""
        super().__init__(*args, **kwargs)
        self.today, self.current_fingerprint = today, current_fingerprint
        self.fields["first"].widget.attrs |= {"min": f"{today}", "max": f"{today + MAX_TIME_AHEAD}"}

    def clean_first(self) -> date:
        first: date = self.cleaned_data["first"]
        return validate_upcoming_date(first, self.today)

    def clean(self) -> dict[str, Any]:
        data = super().clean()
        if data.get("seen") and data["seen"] != self.current_fingerprint:
            sentence = _(
                "These hours were changed by somebody else since you opened this page. What is in "
                "force now stands below. To replace it by what you see here, save once more."
            )
            raise ValidationError(sentence, code="changed")
        return data

    @property
    def week(self) -> WeeklySpans:
        """The hours of a valid form."""
        return tuple((day, *span) for day in self.weekdays for span in self.spans_on(day))


class DateExceptionForm(HoursForm):
    """Other hours on one date. Without rows it is a day off."""

    day = DateInputField(label=gettext_lazy("Date"))
    note = SingleLineField(label=gettext_lazy("Note for the team"), required=False, max_length=120)

    def __init__(self, *args: Any, today: date, clinic: ClinicProfile, **kwargs: Any) -> None:
        super().__init__(*args, weekdays=(0,), **kwargs)
        self.today, self.clinic = today, clinic
        self.fields["day"].widget.attrs |= {"min": f"{today}", "max": f"{today + MAX_TIME_AHEAD}"}

    def labels(self, day: int) -> tuple[str, str]:
        return _("From"), _("Until")

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        return validate_upcoming_date(day, self.today)

    def clean(self) -> dict[str, Any]:
        """Refuse hours that the clocks skip on that date."""
        data = super().clean()
        if day := data.get("day"):
            for place in range(len(self.draft.rows[0])):
                _place, starts, ends = self._row(0, place)
                if starts and ends and not self.errors:
                    self._check_exists(place, day, (starts, ends))
        return data

    @property
    def spans(self) -> tuple[WallClockSpan, ...]:
        """The hours of a valid form."""
        return tuple(self.spans_on(0))

    def _check_exists(self, place: int, day: date, span: WallClockSpan) -> None:
        if not list(wall_clock_to_utc(day, to_wall_span(*span), self.clinic.zone)):
            self.add_error(row_field_name(0, place, "from"), nonexistent_time_message())


def validate_upcoming_date(day: date, today: date) -> date:
    """Return a date if it is within a year from today on. Raises ValidationError."""
    if day < today:
        raise ValidationError(_("That date has passed. Please choose today or a later one."))
    if day > today + MAX_TIME_AHEAD:
        raise ValidationError(_("That is more than a year ahead. Please check the date."))
    return day


def nonexistent_time_message() -> str:
    """Return the error for a time that the clocks skip."""
    return _("On that day the clocks are put forward, and this time does not exist.")


def _format_end(ends: time) -> str:
    return _("midnight") if ends == time() else date_format.format_time(ends)
