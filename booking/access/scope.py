"""The one place that says which appointments and patients a member of staff may see."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from booking.access.roles import Ability, AnyUser, has_ability
from booking.lifecycle import Status
from booking.models import Appointment, Notification, Patient, Therapist
from booking.models.appointments import AppointmentQuerySet
from booking.models.notifications import NotificationQuerySet

OWN_PATIENT_GRACE_PERIOD = timedelta(days=30)
"""How long a cancelled or missed appointment still makes somebody a therapist's patient."""


def own_appointments_q(user: AnyUser, now: datetime, *, prefix: str = "") -> Q:
    """Appointments with this therapist that make their patients the therapist's own."""
    recent = now - OWN_PATIENT_GRACE_PERIOD
    with_them = Q(**{f"{prefix}therapist__user_id": user.pk or 0})
    return with_them & (
        Q(**{f"{prefix}status__in": [Status.BOOKED, Status.ARRIVED, Status.COMPLETED]})
        | Q(**{f"{prefix}status": Status.CANCELLED, f"{prefix}cancelled_at__gte": recent})
        | Q(**{f"{prefix}status": Status.NO_SHOW, f"{prefix}starts_at__gte": recent})
    )


def visible_appointments(user: AnyUser, now: datetime) -> AppointmentQuerySet:
    """All for front desk and owner; a therapist's own; none for anybody else.

    A therapist sees what their own patients have with them, not with colleagues.
    """
    if has_ability(user, Ability.ALL_APPOINTMENTS):
        return Appointment.objects.all()
    if has_ability(user, Ability.OWN_APPOINTMENTS):
        return Appointment.objects.filter(own_appointments_q(user, now))
    return Appointment.objects.none()


def visible_patients(user: AnyUser, now: datetime) -> QuerySet[Patient]:
    """The patients whose contact data the person may see."""
    if has_ability(user, Ability.ALL_CONTACTS):
        return Patient.objects.current()
    if has_ability(user, Ability.OWN_CONTACTS):
        mine = Appointment.objects.filter(own_appointments_q(user, now)).values("patient")
        return Patient.objects.current().filter(pk__in=mine)
    return Patient.objects.none()


def visible_holds(user: AnyUser, now: datetime) -> AppointmentQuerySet:
    """Times that somebody is about to book; nobody's name is known yet."""
    holds = Appointment.objects.active_holds(now)
    if has_ability(user, Ability.ALL_APPOINTMENTS):
        return holds
    if has_ability(user, Ability.OWN_APPOINTMENTS):
        return holds.filter(therapist__user_id=user.pk or 0)
    return holds.none()


def visible_notifications(user: AnyUser, now: datetime) -> NotificationQuerySet:
    """All mails for front desk and owner; for a therapist those about their own appointments."""
    if has_ability(user, Ability.ALL_APPOINTMENTS):
        return Notification.objects.all()
    if has_ability(user, Ability.OWN_APPOINTMENTS):
        return Notification.objects.filter(own_appointments_q(user, now, prefix="appointment__"))
    return Notification.objects.none()


def therapists_with_visible_calendar(user: AnyUser) -> QuerySet[Therapist]:
    """The therapists whose calendars the person may see and book into, in list order."""
    working = Therapist.objects.filter(is_active=True)
    if has_ability(user, Ability.ALL_APPOINTMENTS):
        return working
    if has_ability(user, Ability.OWN_APPOINTMENTS):
        return working.filter(user_id=user.pk or 0)
    return Therapist.objects.none()


def may_read_notes(user: AnyUser, appointment: Appointment) -> bool:
    """Whether the person may read what the patient wrote: the therapist who gives it."""
    return (
        has_ability(user, Ability.READ_OWN_PATIENTS_HEALTH)
        and appointment.therapist.user_id == user.pk
    )


def therapists_with_visible_schedule(user: AnyUser) -> QuerySet[Therapist]:
    """The therapists whose hours the person may see and change: all for front desk and owner."""
    if has_ability(user, Ability.ALL_HOURS):
        return Therapist.objects.all()
    if has_ability(user, Ability.OWN_HOURS):
        return Therapist.objects.filter(user=user.pk)
    return Therapist.objects.none()
