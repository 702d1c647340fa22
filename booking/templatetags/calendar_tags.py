"""Formats and links of the desk's calendar."""

from collections.abc import Iterable
from datetime import UTC, datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django import template
from django.urls import reverse
from django.utils.translation import gettext

from booking.models import Appointment
from booking.notifications.sanitizing import abbreviated_name
from booking.queries.appointments.calendar_grid import CalendarLane, LaneInterval
from clinic.lib.dates import date_format

register = template.Library()
register.filter(abbreviated_name)


@register.simple_tag
def desk_url(appointment: Appointment) -> str:
    """Return the address of an appointment's page at the desk."""
    return reverse("desk-appointment", args=[appointment.public_id])


@register.simple_tag
def free_time_url(piece: LaneInterval, lane: CalendarLane, *, by_rooms: bool) -> str:
    """Return the address of the page that books by phone, for free time of a therapist or room."""
    start = piece.starts_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    query = urlencode({"start": start, "room" if by_rooms else "therapist": lane.key})
    return f"{reverse('desk-book')}?{query}"


@register.filter
def from_to(piece: LaneInterval | Appointment, zone: ZoneInfo) -> str:
    """Format when something begins and ends, like "9:00 am to 5:00 pm"."""
    start, end = (date_format.local_time(at, zone) for at in (piece.starts_at, piece.ends_at))
    return gettext("%(start)s to %(end)s") % {"start": start, "end": end}


@register.filter
def all_from_to(pieces: Iterable[LaneInterval], zone: ZoneInfo) -> str:
    """Format several intervals, with commas between them."""
    return ", ".join(from_to(piece, zone) for piece in pieces)


@register.filter
def minutes_in_words(minutes: int) -> str:
    """Format minutes like "2 h 30 min"."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return gettext("%(minutes)d min") % {"minutes": rest}
    if not rest:
        return gettext("%(hours)d h") % {"hours": hours}
    return gettext("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}


@register.filter
def hour_name(instant: datetime, zone: ZoneInfo) -> str:
    """Format a full hour like "5 pm"."""
    return date_format.format_hour(instant.astimezone(zone).hour)
