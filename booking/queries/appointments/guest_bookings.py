"""How much people without a proven e-mail address have booked."""

from datetime import datetime, timedelta

from booking.lifecycle import Status
from booking.models import Appointment

HOUR = timedelta(hours=1)


def count_upcoming_guest_bookings(email: str, now: datetime) -> int:
    """Booked appointments still to come under an address that nobody has proven."""
    return Appointment.objects.filter(
        status=Status.BOOKED,
        starts_at__gt=now,
        patient__user__isnull=True,
        patient__email__iexact=email,
    ).count()


def count_guest_bookings_last_hour(now: datetime) -> int:
    """Bookings of the last hour by guests, over the whole site, cancelled ones included."""
    return Appointment.objects.filter(
        booked_at__gt=now - HOUR, patient__user__isnull=True, holder__gt=""
    ).count()
