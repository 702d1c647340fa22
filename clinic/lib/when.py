"""One formatter of times for page, mail and calendar file, which can always print the zone."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils import dateformat
from django.utils.translation import gettext as _


def long_day(day: date) -> str:
    """Tuesday 1 December 2026, in the reader's language."""
    # Translators: Django date format, https://docs.djangoproject.com/en/5.2/ref/templates/builtins/#date
    return dateformat.format(day, _("l j F Y"))


def plain_day(day: date) -> str:
    """1 December 2026, where the weekday does not matter."""
    # Translators: Django date format
    return dateformat.format(day, _("j F Y"))


def short_day(day: date) -> str:
    """Tue 1 Dec."""
    # Translators: Django date format
    return dateformat.format(day, _("D j M"))


def short_date(day: date) -> str:
    """1 Dec 2026."""
    # Translators: Django date format
    return dateformat.format(day, _("j M Y"))


def day_of_year(day: date) -> str:
    """1 Dec."""
    # Translators: Django date format
    return dateformat.format(day, _("j M"))


def month_of_year(day: date) -> str:
    """Dec 2026."""
    # Translators: Django date format
    return dateformat.format(day, _("M Y"))


def clock_time(instant: datetime, zone: ZoneInfo) -> str:
    """5:30 pm."""
    # Translators: Django date format of a time of day
    return dateformat.format(instant.astimezone(zone), _("g:i A")).lower()


def wall_time(moment: time) -> str:
    """9:00 am, of a time of day without a date."""
    # Translators: Django date format of a time of day
    return dateformat.time_format(moment, _("g:i A")).lower()


def wall_hour(hour: int) -> str:
    """9 am, of a whole hour from 0 to 23."""
    # Translators: Django date format of a whole hour
    return dateformat.time_format(time(hour), _("g A")).lower()


def zone_name(instant: datetime, zone: ZoneInfo) -> str:
    """The zone in words a traveller understands: Chicago time (CST)."""
    city = zone.key.rsplit("/", 1)[-1].replace("_", " ")
    short = instant.astimezone(zone).strftime("%Z")
    if short[:1] in "+-":  # zones without letters of their own, such as Asia/Kathmandu
        short = f"UTC{short}"
    return _("%(city)s time (%(short)s)") % {"city": city, "short": short}


def in_words(instant: datetime, zone: ZoneInfo) -> str:
    """Tuesday 1 December 2026, 5:30 pm, Chicago time (CST)."""
    local = instant.astimezone(zone)
    return _("%(day)s, %(time)s, %(zone)s") % {
        "day": long_day(local.date()),
        "time": clock_time(instant, zone),
        "zone": zone_name(instant, zone),
    }
