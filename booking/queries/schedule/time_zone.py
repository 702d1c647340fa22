"""The appointments that would be at another local time in another time zone."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Q

from booking.lifecycle import Status
from booking.models import Appointment
from booking.models.appointments import AppointmentQuerySet


def upcoming_appointments(now: datetime) -> AppointmentQuerySet:
    """Return booked appointments that have not begun, and active holds."""
    rows = Appointment.objects.with_related().filter(
        Q(status__in=[Status.BOOKED, Status.ARRIVED])
        | Q(status=Status.HOLD, hold_expires_at__gt=now),
        starts_at__gt=now,
    )
    return rows.order_by("starts_at", "pk")


def with_other_reading(
    rows: Iterable[Appointment], old: ZoneInfo, new: ZoneInfo
) -> list[Appointment]:
    """Return the rows whose local times differ between the two zones."""
    return [row for row in rows if same_reading(row.starts_at, old, new) != row.starts_at]


def same_reading(instant: datetime, old: ZoneInfo, new: ZoneInfo) -> datetime:
    """Return the instant at which the new zone has the local time that `instant` has in the old."""
    reading = instant.astimezone(old).replace(tzinfo=new)
    return reading.astimezone(instant.tzinfo)
