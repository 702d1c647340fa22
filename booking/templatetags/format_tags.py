"""How times, money and lengths are written, on every page alike."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from booking.notifications.rendering import with_own_links
from clinic.lib.dates import date_format
from clinic.lib.text.money import money

register = template.Library()

PART_NAMES = {"morning": _("Morning"), "afternoon": _("Afternoon"), "evening": _("Evening")}


register.filter("money", money)
register.filter("own_links", with_own_links)


@register.filter
def clock_time(instant: datetime, zone: ZoneInfo) -> str:
    """5:30 pm"""
    return date_format.clock_time(instant, zone)


@register.filter
def in_words(instant: datetime, zone: ZoneInfo) -> str:
    """Tuesday 1 December 2026, 5:30 pm, Chicago time (CST)"""
    return date_format.in_words(instant, zone)


@register.filter
def zone_name(instant: datetime, zone: ZoneInfo) -> str:
    """Chicago time (CST)"""
    return date_format.zone_name(instant, zone)


@register.filter
def local_day(instant: datetime, zone: ZoneInfo) -> date:
    """The date of an instant in a zone."""
    return instant.astimezone(zone).date()


@register.filter
def may_break(email: str) -> str:
    """An e-mail address that fits a small screen: it breaks at the @, if it must."""
    return format_html_join(SafeString("<wbr>@"), "{}", ((part,) for part in email.split("@")))


@register.filter
def long_day(day: date) -> str:
    """Tuesday 1 December 2026"""
    return date_format.long_day(day)


@register.filter
def short_day(day: date) -> str:
    """Tue 1 Dec"""
    return date_format.short_day(day)


@register.filter
def short_date(day: date) -> str:
    """1 Dec 2026"""
    return date_format.short_date(day)


@register.filter
def part_name(part: str) -> str:
    """Morning, Afternoon, Evening"""
    return str(PART_NAMES[part])
