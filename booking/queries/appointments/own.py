"""The appointments that a patient sees in their account."""

from datetime import datetime

from booking.access import proxies
from booking.access.acting import Acting
from booking.lifecycle import Status
from booking.models import Appointment, Patient
from booking.models.appointments import AppointmentQuerySet


def own_appointments(patient: Patient, acting: Acting | None) -> AppointmentQuerySet:
    """Return all appointments of a patient that were booked, whoever booked them.

    `acting` is who looks if it is not the patient: they see what was granted, and nothing hidden.
    """
    rows = Appointment.objects.with_related().filter(patient=patient, booked_at__isnull=False)
    if acting is None:
        return rows
    return proxies.shown_to_proxies(rows) if acting.may_see_times else rows.none()


def upcoming_appointments(
    patient: Patient, now: datetime, acting: Acting | None
) -> list[Appointment]:
    """Return what the patient is expected to come to, the next first."""
    expected = own_appointments(patient, acting).filter(
        status__in=(Status.BOOKED, Status.ARRIVED), ends_at__gt=now
    )
    return list(expected.order_by("starts_at", "pk"))
