"""Appointments whose patient has no confirmation with a link that works."""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q

from booking.access.roles import AnyUser
from booking.access.scope import visible_appointments
from booking.lifecycle import Status
from booking.models import Appointment, Notification, Patient

CONFIRMATION_KINDS = ("booked", "restored", "moved")
IS_OUT = (Notification.Status.SENT, Notification.Status.KEPT)


def upcoming_appointments(user: AnyUser, patient: Patient, now: datetime) -> list[Appointment]:
    """Return the patient's upcoming appointments that the user may see, the earliest first."""
    rows = visible_appointments(user, now).filter(
        patient=patient, status__in=[Status.BOOKED, Status.ARRIVED], ends_at__gt=now
    )
    return list(rows.with_related().order_by("starts_at", "pk"))


def unconfirmed_appointments(user: AnyUser, patient: Patient, now: datetime) -> list[Appointment]:
    """Return those of them whose confirmation was sent to no address, or has links that ended.

    A confirmation that waits goes to the present address, so it counts. None of a patient without
    an address. One query.
    """
    if not patient.email:
        return []
    confirmations = Notification.objects.filter(
        appointment=OuterRef("pk"), is_to_patient=True, kind__in=CONFIRMATION_KINDS
    )
    is_valid = Q(status=Notification.Status.WAITING) | Q(
        status__in=IS_OUT, link_version=OuterRef("link_version")
    )
    rows = visible_appointments(user, now).filter(
        ~Exists(confirmations.filter(is_valid)),
        patient=patient,
        status__in=[Status.BOOKED, Status.ARRIVED],
        ends_at__gt=now,
    )
    return list(rows.with_related().order_by("starts_at", "pk"))
