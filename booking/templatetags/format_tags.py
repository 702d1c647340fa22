"""Formats of times and money, the same on every page."""

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from booking.models import ClinicProfile
from booking.notifications.rendering import link_own_urls
from booking.queries.availability.bookable_times import PART_OF_DAY_LABELS
from clinic.lib.dates import date_format
from clinic.lib.dates.zones import local_date
from clinic.lib.text import phone_numbers
from clinic.lib.text.money import format_money

SEPARATING_DOT = re.compile(r"\s+·\s+")

register = template.Library()

register.filter(format_money)
register.filter(link_own_urls)


@register.filter
def clock_time(instant: datetime, zone: ZoneInfo) -> str:
    """Format "5:30 pm"."""
    return date_format.local_time(instant, zone)


@register.filter
def in_words(instant: datetime, zone: ZoneInfo) -> str:
    """Format "Tuesday 1 December 2026, 5:30 pm, Chicago time (CST)"."""
    return date_format.long_datetime(instant, zone)


@register.filter
def zone_name(instant: datetime, zone: ZoneInfo) -> str:
    """Format the zone of an instant like "Chicago time (CST)"."""
    return date_format.zone_name(instant, zone)


@register.filter
def local_day(instant: datetime, zone: ZoneInfo) -> date:
    """Return the date of an instant in a zone."""
    return local_date(instant, zone)


@register.filter
def tel_url(phone: str, clinic: ClinicProfile | None) -> str:
    """Return the tel: URL of a phone number.

    A number without country code is one of the clinic's country.
    """
    return phone_numbers.tel_url(phone, clinic.country if clinic else "")


@register.filter
def breakable_email(email: str) -> str:
    """Return an e-mail address as HTML that may break before the @ on small screens."""
    return format_html_join(SafeString("<wbr>@"), "{}", ((part,) for part in email.split("@")))


@register.filter
def long_day(day: date) -> str:
    """Format "Tuesday 1 December 2026"."""
    return date_format.long_day(day)


@register.filter
def short_day(day: date) -> str:
    """Format "Tue 1 Dec"."""
    return date_format.short_day(day)


@register.filter
def short_date(day: date) -> str:
    """Format "1 Dec 2026"."""
    return date_format.short_date(day)


@register.filter
def day_and_month(day: date) -> str:
    """Return a day of the last twelve months as text, such as "12 March"."""
    return date_format.day_and_month(day)


@register.filter
def part_of_day_label(part: str) -> str:
    """Return "Morning", "Afternoon" or "Evening"."""
    return str(PART_OF_DAY_LABELS[part])


@register.filter(is_safe=True)
def dots_after_words(html: str) -> str:
    """Return HTML in which no line begins with a dot between two parts: " · " stays with the word
    before it. For `{% filter %}`."""
    return SEPARATING_DOT.sub("\N{NO-BREAK SPACE}· ", html)
