"""Counts of bookings by guests, for the limits of online booking."""

from datetime import datetime, timedelta

from django.db.models import Value
from django.db.models.functions import Lower

from booking.lifecycle import Status
from booking.models import Appointment, Patient

HOUR = timedelta(hours=1)


def count_upcoming_guest_bookings(email: str, now: datetime) -> int:
    """Count upcoming guest appointments of an e-mail address."""
    # By the index of addresses: `iexact` would read every guest.
    people = Patient.objects.alias(address=Lower("email")).filter(address=Lower(Value(email)))
    bookings = Appointment.objects.filter(status=Status.BOOKED, starts_at__gt=now)
    return bookings.filter(patient__in=people, patient__user__isnull=True).count()


def count_guest_bookings_last_hour(now: datetime) -> int:
    """Return the number of guest bookings in the last hour, including canceled ones.

    Those of guests who have proven their e-mail address are not counted.
    """
    bookings = Appointment.objects.filter(
        booked_at__gt=now - HOUR, patient__user__isnull=True, browser_key__gt=""
    )
    return bookings.exclude(origin__is_proven=True).count()
