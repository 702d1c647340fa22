"""Appointments to come under an e-mail address, for whoever can read its mail."""

from datetime import datetime

from django.db.models.functions import Lower

from booking.lifecycle import Status
from booking.models import Appointment

MAX_APPOINTMENTS = 20


def upcoming_appointments_by_email(email: str, now: datetime) -> list[Appointment]:
    """The next ones, at most 20. The address is the one the mail goes to, in small letters, so
    nobody gets another person's links by an address that only looks alike."""
    rows = Appointment.objects.with_related().annotate(address=Lower("patient__email"))
    rows = rows.filter(address=email.lower(), status=Status.BOOKED, starts_at__gt=now)
    return list(rows.order_by("starts_at", "pk")[:MAX_APPOINTMENTS])
