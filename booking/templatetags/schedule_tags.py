"""Formats of times on the schedule pages."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django import template
from django.utils.translation import gettext as _

from clinic.lib.dates import date_format

register = template.Library()


@register.simple_tag
def datetime_range(starts: datetime, ends: datetime, zone: ZoneInfo, brief: bool = False) -> str:
    """Format "Wednesday 2 December 2026, 2:00 pm to 4:00 pm"; brief: "Wed 2 Dec, ..."."""
    return date_format.format_time_range(starts, ends, zone, brief=brief)


@register.filter
def time_range(starts: time, ends: time) -> str:
    """Format "9:00 am to 1:00 pm". An end at 00:00 is midnight."""
    end = _("midnight") if ends == time() else date_format.format_time(ends)
    return _("%(start)s to %(end)s") % {"start": date_format.format_time(starts), "end": end}
