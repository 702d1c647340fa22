"""Formats and links of the desk's calendar."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django import template
from django.urls import reverse

from booking.models import Appointment
from booking.notifications.sanitizing import abbreviated_name
from clinic.lib.dates import date_format

register = template.Library()
register.filter(abbreviated_name)


@register.simple_tag
def desk_url(appointment: Appointment) -> str:
    """Return the address of an appointment's page at the desk."""
    return reverse("desk-appointment", args=[appointment.public_id])


@register.filter
def hour_name(instant: datetime, zone: ZoneInfo) -> str:
    """Format a full hour like "5 pm"."""
    return date_format.format_hour(instant.astimezone(zone).hour)
