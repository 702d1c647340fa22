"""One patient's record at the desk, limited to what each member of staff may see."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max, Min, Q

from booking.access.roles import AnyUser
from booking.access.scope import visible_appointments, visible_patients
from booking.lifecycle import ACTIVE_BOOKING_STATUSES, Status
from booking.models import Appointment, Patient, PatientMerge
from booking.models.appointments import AppointmentQuerySet

ATTENDED_STATUSES = (Status.ARRIVED, Status.COMPLETED)


@dataclass(frozen=True, slots=True)
class VisitCounts:
    """How often a patient attended, missed or canceled, and the first and last visit."""

    attended: int
    missed: int
    cancelled: int
    first: datetime | None
    last: datetime | None


def find_patient(user: AnyUser, public_id: UUID, now: datetime) -> Patient | None:
    """Return a patient if the user may see them, else None."""
    patients = visible_patients(user, now).select_related("preferred_therapist", "user")
    return patients.filter(public_id=public_id).first()


def visible_appointments_of_patient(
    user: AnyUser, patient: Patient, now: datetime
) -> AppointmentQuerySet:
    """Return the patient's appointments that the user may see, the latest first."""
    rows = visible_appointments(user, now).filter(patient=patient, booked_at__isnull=False)
    return rows.with_related().order_by("-starts_at", "-pk")


def visit_counts(user: AnyUser, patient: Patient, now: datetime) -> VisitCounts:
    """Count the visits that the user may see. One query."""
    attended = Q(status__in=ATTENDED_STATUSES) | Q(status=Status.BOOKED, ends_at__lt=now)
    counts = (
        visible_appointments(user, now)
        .filter(patient=patient)
        .order_by()
        .aggregate(
            attended=Count("pk", filter=attended),
            missed=Count("pk", filter=Q(status=Status.NO_SHOW)),
            cancelled=Count("pk", filter=Q(status=Status.CANCELLED, booked_at__isnull=False)),
            first=Min("starts_at", filter=Q(status__in=ACTIVE_BOOKING_STATUSES)),
            last=Max("starts_at", filter=attended),
        )
    )
    return VisitCounts(**counts)


def undoable_merges(patient: Patient, now: datetime) -> list[PatientMerge]:
    """Return the merges into this record that can still be undone."""
    rows = PatientMerge.objects.filter(remaining=patient).select_related("duplicate", "by")
    return [row for row in rows if row.can_be_undone(now)]


def is_only_therapist_of(user: AnyUser, patients: list[Patient]) -> bool:
    """Whether all appointments of these patients are with this therapist."""
    other_therapists = Appointment.objects.filter(patient__in=patients)
    return not other_therapists.exclude(therapist__user_id=user.pk or 0).exists()
