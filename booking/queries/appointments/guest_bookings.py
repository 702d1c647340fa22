"""Counts of bookings by guests, for the limits of online booking."""

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.db.models.functions import Lower

from booking.lifecycle import Status
from booking.models import Appointment, Patient
from clinic.lib.compiled_queries import compiled_query

HOUR = timedelta(hours=1)


def count_upcoming_guest_bookings(email: str, now: datetime) -> int:
    """Count upcoming guest appointments of an e-mail address."""
    return len(_upcoming_of_email(email, now))


@compiled_query
def _upcoming_of_email(email: str, now: datetime) -> "QuerySet[Appointment, int]":
    # By the index of addresses: `iexact` would read every guest.
    people = Patient.objects.alias(address=Lower("email")).filter(address=Lower(email))
    bookings = Appointment.objects.filter(status=Status.BOOKED, starts_at__gt=now)
    bookings = bookings.filter(patient__in=people, patient__user__isnull=True)
    return bookings.order_by().values_list("pk", flat=True)


def count_guest_bookings_last_hour(now: datetime) -> int:
    """Return the number of guest bookings in the last hour, including canceled ones.

    Those of guests who have proven their e-mail address are not counted.
    """
    return len(_booked_by_guests_since(now - HOUR))


@compiled_query
def _booked_by_guests_since(since: datetime) -> "QuerySet[Appointment, int]":
    bookings = Appointment.objects.filter(
        booked_at__gt=since, patient__user__isnull=True, browser_key__gt=""
    )
    bookings = bookings.exclude(origin__is_proven=True)
    return bookings.order_by().values_list("pk", flat=True)
