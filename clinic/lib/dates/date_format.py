"""Dates and times in words, the same on pages, in mails and in calendar files.

All in the active language; the examples are in English.
"""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils import dateformat
from django.utils.translation import get_language
from django.utils.translation import gettext as _


def long_day(day: date) -> str:
    """Return a date: Tuesday 1 December 2026."""
    # Translators: Django date format, https://docs.djangoproject.com/en/5.2/ref/templates/builtins/#date
    return dateformat.format(day, _("l j F Y"))


def date_without_weekday(day: date) -> str:
    """Return a date without its weekday: 1 December 2026."""
    # Translators: Django date format
    return dateformat.format(day, _("j F Y"))


def short_day(day: date) -> str:
    """Return a date in short: Tue 1 Dec."""
    # Translators: Django date format
    return dateformat.format(day, _("D j M"))


def short_date(day: date) -> str:
    """Return a date in short, with its year: 1 Dec 2026."""
    # Translators: Django date format
    return dateformat.format(day, _("j M Y"))


def day_and_month(day: date) -> str:
    """Return day and month in short: 1 Dec."""
    # Translators: Django date format
    return dateformat.format(day, _("j M"))


def month_and_year(day: date) -> str:
    """Return month and year in short: Dec 2026."""
    # Translators: Django date format
    return dateformat.format(day, _("M Y"))


def local_time(instant: datetime, zone: ZoneInfo) -> str:
    """Return the clock time of an instant in a zone: 5:30 pm."""
    # Translators: Django date format of a time of day
    return _format_clock(instant.astimezone(zone).time(), _("g:i A"), get_language())


def short_datetime(instant: datetime, zone: ZoneInfo) -> str:
    """Return date and time in short: Tue 1 Dec, 5:30 pm."""
    local = instant.astimezone(zone)
    return _("%(day)s, %(time)s") % {
        "day": short_day(local.date()),
        "time": local_time(local, zone),
    }


def format_time(moment: time) -> str:
    """Return a time of day: 9:00 am."""
    # Translators: Django date format of a time of day
    return _format_clock(moment, _("g:i A"), get_language())


def format_hour(hour: int) -> str:
    """Return a whole hour from 0 to 23: 9 am."""
    # Translators: Django date format of a whole hour
    return dateformat.time_format(time(hour), _("g A")).lower()


def zone_name(instant: datetime, zone: ZoneInfo) -> str:
    """Return the name of a zone at an instant: Chicago time (CST)."""
    city = zone.key.rsplit("/", 1)[-1].replace("_", " ")
    short = instant.astimezone(zone).strftime("%Z")
    if short[:1] in "+-":  # zones without an abbreviation, such as Asia/Kathmandu
        short = f"UTC{short}"
    return _("%(city)s time (%(short)s)") % {"city": city, "short": short}


def long_datetime(instant: datetime, zone: ZoneInfo) -> str:
    """Return date, time and zone: Tuesday 1 December 2026, 5:30 pm, Chicago time (CST)."""
    local = instant.astimezone(zone)
    return _("%(day)s, %(time)s, %(zone)s") % {
        "day": long_day(local.date()),
        "time": local_time(instant, zone),
        "zone": zone_name(instant, zone),
    }


def format_time_range(
    starts: datetime, ends: datetime, zone: ZoneInfo, *, brief: bool = False
) -> str:
    """Return a range: Wednesday 2 December 2026, 2:00 pm to 4:00 pm; whole days without times.

    `brief` writes the dates in short.
    """
    format_day = short_day if brief else long_day
    first, last = starts.astimezone(zone), ends.astimezone(zone)
    day, final = format_day(first.date()), last.date()
    if last.time() == time():
        final -= timedelta(days=1)  # up to midnight belongs to the day before
        if first.time() == time():
            both = {"first": day, "last": format_day(final)}
            return _("%(first)s to %(last)s") % both if final > first.date() else day
    parts = {"day": day, "start": local_time(starts, zone), "end": _end_time(ends, zone)}
    if final <= first.date():
        return _("%(day)s, %(start)s to %(end)s") % parts
    parts["last"] = format_day(final)
    return _("%(day)s, %(start)s to %(last)s, %(end)s") % parts


@lru_cache(maxsize=2048)
def _format_clock(moment: time, pattern: str, _language: str | None) -> str:
    """Return a clock time in the active language: calendars show the same few again and again."""
    return dateformat.time_format(moment, pattern).lower()


def _end_time(ends: datetime, zone: ZoneInfo) -> str:
    at_midnight = ends.astimezone(zone).time() == time()
    return _("midnight") if at_midnight else local_time(ends, zone)
