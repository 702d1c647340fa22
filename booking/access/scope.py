"""The one place that says which appointments and patients a member of staff may see."""

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from booking.access.roles import Ability, Person, may
from booking.lifecycle import Status
from booking.models import Appointment, Message, Patient, Therapist
from booking.models.appointments import AppointmentQuerySet
from booking.models.notifications import MessageQuerySet

LOOKING_BACK = timedelta(days=30)
"""How long a cancelled or missed appointment still makes somebody a therapist's patient."""


def own_appointments(user: Person, now: datetime, *, prefix: str = "") -> Q:
    """Appointments with this therapist that make their patients the therapist's own."""
    recent = now - LOOKING_BACK
    with_them = Q(**{f"{prefix}therapist__user_id": user.pk or 0})
    return with_them & (
        Q(**{f"{prefix}status__in": [Status.BOOKED, Status.ARRIVED, Status.COMPLETED]})
        | Q(**{f"{prefix}status": Status.CANCELLED, f"{prefix}cancelled_at__gte": recent})
        | Q(**{f"{prefix}status": Status.NO_SHOW, f"{prefix}starts_at__gte": recent})
    )


def appointments_of(user: Person, now: datetime) -> AppointmentQuerySet:
    """All for front desk and owner; a therapist's own; none for anybody else.

    A therapist sees what their own patients have with them, not with colleagues.
    """
    if may(user, Ability.ALL_APPOINTMENTS):
        return Appointment.objects.all()
    if may(user, Ability.OWN_APPOINTMENTS):
        return Appointment.objects.filter(own_appointments(user, now))
    return Appointment.objects.none()


def patients_of(user: Person, now: datetime) -> QuerySet[Patient]:
    """The patients whose contact data the person may see."""
    if may(user, Ability.ALL_CONTACTS):
        return Patient.objects.current()
    if may(user, Ability.OWN_CONTACTS):
        mine = Appointment.objects.filter(own_appointments(user, now)).values("patient")
        return Patient.objects.current().filter(pk__in=mine)
    return Patient.objects.none()


def holds_of(user: Person, now: datetime) -> AppointmentQuerySet:
    """Times that somebody is about to book; nobody's name is known yet."""
    holds = Appointment.objects.live_holds(now)
    if may(user, Ability.ALL_APPOINTMENTS):
        return holds
    if may(user, Ability.OWN_APPOINTMENTS):
        return holds.filter(therapist__user_id=user.pk or 0)
    return holds.none()


def messages_of(user: Person, now: datetime) -> MessageQuerySet:
    """All mails for front desk and owner; for a therapist those about their own appointments."""
    if may(user, Ability.ALL_APPOINTMENTS):
        return Message.objects.all()
    if may(user, Ability.OWN_APPOINTMENTS):
        return Message.objects.filter(own_appointments(user, now, prefix="appointment__"))
    return Message.objects.none()


def calendars_of(user: Person) -> QuerySet[Therapist]:
    """The therapists whose calendars the person may see and book into, in list order."""
    working = Therapist.objects.filter(is_active=True)
    if may(user, Ability.ALL_APPOINTMENTS):
        return working
    if may(user, Ability.OWN_APPOINTMENTS):
        return working.filter(user_id=user.pk or 0)
    return Therapist.objects.none()


def reads_notes(user: Person, appointment: Appointment) -> bool:
    """Whether the person may read what the patient wrote: the therapist who gives it."""
    return may(user, Ability.HEALTH_OF_OWN) and appointment.therapist.user_id == user.pk


def schedules_of(user: Person) -> QuerySet[Therapist]:
    """The therapists whose hours the person may see and change: all for front desk and owner."""
    if may(user, Ability.ALL_HOURS):
        return Therapist.objects.all()
    if may(user, Ability.OWN_HOURS):
        return Therapist.objects.filter(user=user.pk)
    return Therapist.objects.none()
