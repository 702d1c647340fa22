"""Whose health data a member of staff may see, and who may add to it."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, QuerySet

from booking.access.roles import Ability, Person, may
from booking.access.scope import own_appointments
from booking.models import Appointment, CallBack, Patient, Screening


def own_patients(user: Person, patients: Collection[int], now: datetime) -> set[int]:
    """Which of these patients are the therapist's own, whose answers they may read. One query."""
    if not may(user, Ability.HEALTH_OF_OWN):
        return set()
    mine = Appointment.objects.filter(own_appointments(user, now), patient__in=patients)
    return {pk for pk in mine.values_list("patient", flat=True) if pk is not None}


def reads_answers(user: Person, patient: int | None, now: datetime) -> bool:
    """Whether the person may read the answers, and not only the outcome."""
    return patient is not None and bool(own_patients(user, [patient], now))


def enters_answers(user: Person, appointment: Appointment, now: datetime) -> bool:
    """Front desk for everybody, a therapist for their own patients."""
    if may(user, Ability.ENTER_HEALTH):
        return True
    return reads_answers(user, appointment.patient_id, now)


def lifts_outcome(user: Person, patient: int | None, now: datetime) -> bool:
    """The owner for everybody, a therapist for their own patients."""
    if may(user, Ability.LIFT_DOCTOR):
        return True
    own = may(user, Ability.LIFT_DOCTOR_OF_OWN)
    return own and reads_answers(user, patient, now)


def call_backs_of(user: Person) -> QuerySet[CallBack]:
    """Those who asked to be called and have not been: for who may see everybody's contact data."""
    if not may(user, Ability.ALL_CONTACTS):
        return CallBack.objects.none()
    rows = CallBack.objects.filter(done_at__isnull=True)
    return rows.select_related(
        "screening__appointment__option__treatment",
        "screening__appointment__therapist",
        "screening__patient",
    )


def waiting_screenings(user: Person, now: datetime) -> QuerySet[Screening]:
    """Answers of people who have not booked, whose outcome the person may lift."""
    if not may(user, Ability.LIFT_DOCTOR):
        return Screening.objects.none()
    return Screening.objects.filter(Q(patient__isnull=True), keep_until__gt=now).select_related(
        "appointment"
    )


def patients_by_email(email: str) -> QuerySet[Patient]:
    """Everybody on file under an address."""
    return Patient.objects.filter(email__iexact=email)
