"""The days that the page of free times shows: one week, or five weeks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _

from booking.engine.hours import dates_between
from booking.queries.availability.bookable_times import BookableTime
from booking.queries.availability.days_without_times import DayWithoutTimes, NoTimes
from clinic.lib.dates import date_format

DAYS_PER_WEEK = 7
MONTH_DAYS = 35
MONTH = "month"
REASONS = {
    NoTimes.CLOSED: lambda: _("closed"),
    NoTimes.HOLIDAY: lambda: _("holiday"),
    NoTimes.OVER: lambda: _("over"),
    NoTimes.FULL: lambda: _("full"),
}


@dataclass
class PickerDay:
    """A shown day with its free times, or why it has none."""

    date: date
    times: Sequence[BookableTime] = ()
    without: DayWithoutTimes | None = None
    is_filtered: bool = False
    """Whether only times of one part of the day are shown."""
    is_of_one_therapist: bool = False
    """Whether only times of one therapist are shown."""

    @property
    def reason(self) -> str:
        """Why there are no times, in one or two words."""
        if self.without is None or (self.is_filtered and self.without.reason == NoTimes.FULL):
            return _("none")
        if self.is_of_one_therapist and self.without.reason == NoTimes.CLOSED:
            return _("away")
        return REASONS[self.without.reason]()


@dataclass(frozen=True, slots=True)
class DayRange:
    """The dates that are shown, and those from which the ranges before and after begin."""

    days: Sequence[date]
    earlier: date | None
    later: date | None

    @property
    def label(self) -> str:
        """The range as text, such as "30 Nov to 6 Dec"."""
        return _("%(first)s to %(last)s") % {
            "first": date_format.day_and_month(self.days[0]),
            "last": date_format.day_and_month(self.days[-1]),
        }


def week_of(wanted: date | None, today: date, last: date) -> DayRange:
    """Return the week that contains a day; weeks begin with today's weekday."""
    start = today
    if wanted is not None:
        start += timedelta(days=(wanted - today).days // DAYS_PER_WEEK * DAYS_PER_WEEK)
    week = timedelta(days=DAYS_PER_WEEK)
    return DayRange(
        dates_between(start, min(start + week - timedelta(days=1), last)),
        earlier=start - week if start > today else None,
        later=start + week if start + week <= last else None,
    )


def month_of(wanted: date | None, today: date, last: date) -> DayRange:
    """Return five weeks, from Monday on, that contain a day, without days before today."""
    start = today - timedelta(days=today.weekday())
    step = timedelta(days=MONTH_DAYS)
    start += ((wanted or today) - start) // step * step
    return DayRange(
        dates_between(max(start, today), min(start + step - timedelta(days=1), last)),
        earlier=max(today, start - step) if start > today else None,
        later=start + step if start + step <= last else None,
    )
