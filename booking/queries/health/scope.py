"""Which patients' health data a member of staff may read, enter or clear."""

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, QuerySet

from booking.access import proxies
from booking.access.roles import Ability, AnyUser, has_ability
from booking.access.scope import own_appointments_q
from booking.models import Appointment, CallbackRequest, Patient, Screening


def own_patient_ids(user: AnyUser, patients: Collection[int], now: datetime) -> set[int]:
    """Return which of these patients are the therapist's own and may be read. One query."""
    if not has_ability(user, Ability.READ_OWN_PATIENTS_HEALTH):
        return set()
    own_appointments = Appointment.objects.filter(
        own_appointments_q(user, now), patient__in=patients
    )
    return {pk for pk in own_appointments.values_list("patient", flat=True) if pk is not None}


def may_read_answers(user: AnyUser, patient: int | None, now: datetime) -> bool:
    """Whether the user may read a patient's answers, and not only the outcome."""
    return patient is not None and bool(own_patient_ids(user, [patient], now))


def may_enter_answers(user: AnyUser, appointment: Appointment, now: datetime) -> bool:
    """Whether the user may enter answers: front desk for all, therapists for own patients."""
    if has_ability(user, Ability.ENTER_HEALTH_ANSWERS):
        return True
    return may_read_answers(user, appointment.patient_id, now)


def may_give_clearance(user: AnyUser, patient: int | None, now: datetime) -> bool:
    """Whether the user may record a clearance: the owner for all, therapists for own patients."""
    if has_ability(user, Ability.CLEAR_ALL_PATIENTS):
        return True
    clears_own = has_ability(user, Ability.CLEAR_OWN_PATIENTS)
    return clears_own and may_read_answers(user, patient, now)


def may_confirm_account(user: AnyUser, patient: Patient, now: datetime) -> bool:
    """Whether the user may confirm who signs in for a patient: their therapists.

    Nobody may who would be shown the answers in an account of their own by it.
    """
    if not may_read_answers(user, patient.pk, now) or user.pk == patient.user_id:
        return False
    return all(grant.user_pk != user.pk for grant in proxies.health_grants(patient))


def visible_callback_requests(user: AnyUser) -> QuerySet[CallbackRequest]:
    """Return the open callback requests, for users who may see all contact data."""
    if not has_ability(user, Ability.ALL_CONTACTS):
        return CallbackRequest.objects.none()
    rows = CallbackRequest.objects.filter(done_at__isnull=True)
    return rows.select_related(
        "screening__appointment__option__treatment",
        "screening__appointment__therapist",
        "screening__patient",
    )


def unbooked_screenings(user: AnyUser, now: datetime) -> QuerySet[Screening]:
    """Return the answers of people who have not booked, for users who may clear all patients."""
    if not has_ability(user, Ability.CLEAR_ALL_PATIENTS):
        return Screening.objects.none()
    return Screening.objects.filter(Q(patient__isnull=True), keep_until__gt=now).select_related(
        "appointment"
    )


def patients_by_email(email: str) -> QuerySet[Patient]:
    """Return the patients with this e-mail address."""
    return Patient.objects.filter(email__iexact=email)
