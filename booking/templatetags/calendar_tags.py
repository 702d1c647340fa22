"""Formats and links of the desk's calendar."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django import template
from django.urls import reverse
from django.utils import dateformat
from django.utils.translation import gettext as _

from booking.models import Appointment
from booking.notifications.sanitizing import abbreviated_name

register = template.Library()
register.filter(abbreviated_name)


@register.simple_tag
def desk_url(appointment: Appointment) -> str:
    """Return the address of an appointment's page at the desk."""
    return reverse("desk-appointment", args=[appointment.public_id])


@register.filter
def hour_name(instant: datetime, zone: ZoneInfo) -> str:
    """Format a full hour like "5 pm"."""
    # Translators: Django date format of a full hour
    return dateformat.format(instant.astimezone(zone), _("g A")).lower()


@register.filter
def week_start(day: date) -> date:
    """Return the Monday of a date's week."""
    return day - timedelta(days=day.weekday())
