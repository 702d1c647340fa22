"""The appointments that a patient sees in their account."""

from datetime import datetime

from booking.lifecycle import Status
from booking.models import Appointment, Patient
from booking.models.appointments import AppointmentQuerySet


def own_appointments(patient: Patient) -> AppointmentQuerySet:
    """Return all appointments of a patient that were booked, whoever booked them."""
    return Appointment.objects.with_related().filter(patient=patient, booked_at__isnull=False)


def upcoming_appointments(patient: Patient, now: datetime) -> list[Appointment]:
    """Return what the patient is expected to come to, the next first."""
    expected = own_appointments(patient).filter(
        status__in=(Status.BOOKED, Status.ARRIVED), ends_at__gt=now
    )
    return list(expected.order_by("starts_at", "pk"))
