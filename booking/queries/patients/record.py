"""One patient, as the desk sees them: within what each member of staff may see."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max, Min, Q

from booking.access.roles import Person
from booking.access.scope import appointments_of, messages_of, patients_of
from booking.lifecycle import KEPT, Status
from booking.models import Appointment, Message, Patient, PatientMerge
from booking.models.appointments import AppointmentQuerySet

MOST_MESSAGES = 20
BEHIND = (Status.ARRIVED, Status.COMPLETED)


@dataclass(frozen=True, slots=True)
class Tally:
    """How often somebody came, or did not."""

    came: int
    missed: int
    cancelled: int
    first: datetime | None
    last: datetime | None


def find_patient(user: Person, public_id: UUID, now: datetime) -> Patient | None:
    """One of those that the person may see."""
    found = patients_of(user, now).select_related("preferred_therapist", "user")
    return found.filter(public_id=public_id).first()


def appointments_with(user: Person, patient: Patient, now: datetime) -> AppointmentQuerySet:
    """The patient's appointments that the person may see, the latest first."""
    rows = appointments_of(user, now).filter(patient=patient, booked_at__isnull=False)
    return rows.with_everything().order_by("-starts_at", "-pk")


def tally(user: Person, patient: Patient, now: datetime) -> Tally:
    """Of what the person may see. One query."""
    came = Q(status__in=BEHIND) | Q(status=Status.BOOKED, ends_at__lt=now)
    found = (
        appointments_of(user, now)
        .filter(patient=patient)
        .order_by()
        .aggregate(
            came=Count("pk", filter=came),
            missed=Count("pk", filter=Q(status=Status.NO_SHOW)),
            cancelled=Count("pk", filter=Q(status=Status.CANCELLED, booked_at__isnull=False)),
            first=Min("starts_at", filter=Q(status__in=KEPT)),
            last=Max("starts_at", filter=came),
        )
    )
    return Tally(**found)


def messages_to(user: Person, patient: Patient, now: datetime) -> list[Message]:
    """What was written to the patient, the newest first, without what it says."""
    rows = messages_of(user, now).filter(appointment__patient=patient)
    return list(rows.defer("data", "rendered")[:MOST_MESSAGES])


def open_merges(patient: Patient, now: datetime) -> list[PatientMerge]:
    """What went into this record and can still be taken out again."""
    rows = PatientMerge.objects.filter(kept=patient).select_related("merged", "by")
    return [row for row in rows if row.may_be_undone(now)]


def only_with(user: Person, patients: list[Patient]) -> bool:
    """Whether nobody but this therapist treats these patients."""
    others = Appointment.objects.filter(patient__in=patients)
    return not others.exclude(therapist__user_id=user.pk or 0).exists()
