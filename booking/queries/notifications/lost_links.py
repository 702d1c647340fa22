"""Upcoming appointments under an e-mail address."""

from datetime import datetime

from django.db.models.functions import Lower

from booking.lifecycle import Status
from booking.models import Appointment

MAX_APPOINTMENTS = 20


def upcoming_appointments_by_email(email: str, now: datetime) -> list[Appointment]:
    """Return the next booked appointments, at most 20, the earliest first.

    `email` must be the address that the mail goes to. Nothing but case is ignored, so that nobody
    gets another person's links through an address that looks alike.
    """
    rows = Appointment.objects.with_related().annotate(address=Lower("patient__email"))
    rows = rows.filter(address=email.lower(), status=Status.BOOKED, starts_at__gt=now)
    return list(rows.order_by("starts_at", "pk")[:MAX_APPOINTMENTS])
