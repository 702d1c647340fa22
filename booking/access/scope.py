"""Which appointments, patients and calendars a member of staff may see."""

from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from booking.access.roles import Ability, AnyUser, has_ability
from booking.lifecycle import ACTIVE_BOOKING_STATUSES, Status
from booking.models import Appointment, Notification, Patient, Therapist
from booking.models.appointments import MAX_APPOINTMENT_LENGTH, AppointmentQuerySet
from booking.models.notifications import NotificationQuerySet

OWN_PATIENT_GRACE_PERIOD = timedelta(days=30)
"""How long somebody stays a therapist's patient after a canceled or missed appointment."""


def own_appointments_q(user: AnyUser, now: datetime, *, prefix: str = "") -> Q:
    """Return the filter for appointments that make their patients this therapist's own.

    `prefix` is the lookup from the filtered model to the appointment, such as `appointment__`.
    """
    recent = now - OWN_PATIENT_GRACE_PERIOD
    with_them = Q(**{f"{prefix}therapist__user_id": user.pk or 0})
    return with_them & (
        Q(**{f"{prefix}status__in": [Status.BOOKED, Status.ARRIVED, Status.COMPLETED]})
        | Q(**{f"{prefix}status": Status.CANCELLED, f"{prefix}cancelled_at__gte": recent})
        | Q(**{f"{prefix}status": Status.NO_SHOW, f"{prefix}starts_at__gte": recent})
    )


def visible_appointments(user: AnyUser, now: datetime) -> AppointmentQuerySet:
    """Return all appointments for front desk and owner, a therapist's own, or none.

    A therapist sees what their own patients have with them, not with colleagues.
    """
    if has_ability(user, Ability.ALL_APPOINTMENTS):
        return Appointment.objects.all()
    if has_ability(user, Ability.OWN_APPOINTMENTS):
        return Appointment.objects.filter(own_appointments_q(user, now))
    return Appointment.objects.none()


def visible_patients(user: AnyUser, now: datetime) -> QuerySet[Patient]:
    """Return the patients whose contact data the user may see."""
    if has_ability(user, Ability.ALL_CONTACTS):
        return Patient.objects.current()
    if has_ability(user, Ability.OWN_CONTACTS):
        own_patient_ids = Appointment.objects.filter(own_appointments_q(user, now)).values(
            "patient"
        )
        return Patient.objects.current().filter(pk__in=own_patient_ids)
    return Patient.objects.none()


def visible_holds(user: AnyUser, now: datetime) -> AppointmentQuerySet:
    """Return the active holds that the user may see; they have no patient yet."""
    holds = Appointment.objects.active_holds(now)
    if has_ability(user, Ability.ALL_APPOINTMENTS):
        return holds
    if has_ability(user, Ability.OWN_APPOINTMENTS):
        return holds.filter(therapist__user_id=user.pk or 0)
    return holds.none()


def visible_notifications(user: AnyUser, now: datetime) -> NotificationQuerySet:
    """Return all notifications for front desk and owner; a therapist gets own ones."""
    if has_ability(user, Ability.ALL_APPOINTMENTS):
        return Notification.objects.all()
    if has_ability(user, Ability.OWN_APPOINTMENTS):
        return Notification.objects.filter(own_appointments_q(user, now, prefix="appointment__"))
    return Notification.objects.none()


def therapists_with_visible_calendar(user: AnyUser) -> QuerySet[Therapist]:
    """Return the active therapists whose calendars the user may see and book into."""
    working = Therapist.objects.filter(is_active=True)
    if has_ability(user, Ability.ALL_APPOINTMENTS):
        return working
    if has_ability(user, Ability.OWN_APPOINTMENTS):
        return working.filter(user_id=user.pk or 0)
    return Therapist.objects.none()


def therapists_shown_between(user: AnyUser, start: datetime, end: datetime) -> QuerySet[Therapist]:
    """Return the therapists whose calendars the user sees between two moments.

    Besides those who take appointments, those who are switched off and have appointments in that
    time.
    """
    visible = Therapist.objects.none()
    if has_ability(user, Ability.ALL_APPOINTMENTS):
        visible = Therapist.objects.all()
    elif has_ability(user, Ability.OWN_APPOINTMENTS):
        visible = Therapist.objects.filter(user_id=user.pk or 0)
    booked = Appointment.objects.filter(
        therapist=OuterRef("pk"),
        status__in=ACTIVE_BOOKING_STATUSES,
        starts_at__gte=start - MAX_APPOINTMENT_LENGTH,
        starts_at__lt=end,
        blocked_until__gt=start,
    )
    return visible.filter(Q(is_active=True) | Exists(booked))


def may_read_notes(user: AnyUser, appointment: Appointment) -> bool:
    """Whether the user is the appointment's therapist and may read the patient's note."""
    return (
        has_ability(user, Ability.READ_OWN_PATIENTS_HEALTH)
        and appointment.therapist.user_id == user.pk
    )


def therapists_with_visible_schedule(user: AnyUser) -> QuerySet[Therapist]:
    """Return the therapists whose hours the user may see and change."""
    if has_ability(user, Ability.ALL_HOURS):
        return Therapist.objects.all()
    if has_ability(user, Ability.OWN_HOURS):
        return Therapist.objects.filter(user=user.pk)
    return Therapist.objects.none()
