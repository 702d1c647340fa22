"""Helpers for tests of the schedule: appointments, time off, staff, and what patients are told."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.test import Client

from booking.actions.actor import Actor, ActorType
from booking.inputs import Resolution, ResolutionAction, TimeOffChange
from booking.models import Appointment, MoveProposal, Notification, Therapist, User
from booking.models.staff import Role
from booking.notifications.subjects.appointments import notify_booked
from booking.queries.appointments.change_policy import CHANGEABLE_STATUSES
from booking.queries.appointments.invariants import check_invariants
from clinic.lib.dates import clock
from tests import people
from tests.factories import AppointmentFactory
from tests.scene import CHICAGO, Scene, at, make_clinic

STAFF = Actor(ActorType.STAFF)
TODAY = date(2026, 11, 23)
TUESDAY, WEDNESDAY, THURSDAY = (date(2026, 11, day) for day in (24, 25, 26))
NINE, FIVE = time(9), time(17)

__all__ = ["CHICAGO", "Scene", "at", "make_clinic"]


def booked(
    scene: Scene, start: datetime, place: int = 0, room: int = 0, **values: Any
) -> Appointment:
    """Create an appointment whose patient has been notified of it."""
    row = AppointmentFactory(
        option=scene.option,
        therapist=scene.therapists[place],
        room=scene.rooms[room],
        starts_at=start,
        **values,
    )
    if row.status in CHANGEABLE_STATUSES:
        with transaction.atomic():
            notify_booked(row)
    return row


def notified_kinds() -> list[str]:
    """Return the kinds of the notifications queued for patients since then."""
    kinds = Notification.objects.filter(kind__in=["moved", "cancelled"]).order_by("kind")
    return list(kinds.values_list("kind", flat=True))


def away(
    therapist: Therapist, day: date = TUESDAY, starts: int = 0, ends: int = 24, note: str = ""
) -> TimeOffChange:
    """Return time off on one day, between two times."""
    midnight = datetime.combine(day, time(), CHICAGO)
    span = (midnight + timedelta(hours=starts), midnight + timedelta(hours=ends))
    return TimeOffChange(therapist.pk, (span,), note)


def keep(row: Appointment) -> Resolution:
    return Resolution(ResolutionAction.KEEP, row.sequence)


def cancel(row: Appointment) -> Resolution:
    return Resolution(ResolutionAction.CANCEL, row.sequence)


def move(row: Appointment, start: datetime, therapist: Therapist) -> Resolution:
    return Resolution(ResolutionAction.MOVE, row.sequence, start, therapist.slug)


def ask(row: Appointment, start: datetime, therapist: Therapist) -> Resolution:
    return Resolution(ResolutionAction.ASK, row.sequence, start, therapist.slug)


def proposal_of(row: Appointment) -> MoveProposal:
    return MoveProposal.objects.select_related("hold__therapist").get(appointment=row)


def faults() -> list[str]:
    """Return the faults that verify_bookings would report."""
    return [
        description
        for finding in check_invariants(clock.now())
        for description in finding.descriptions
    ]


def member(*roles: Role, therapist: Therapist | None = None) -> User:
    """Create a member of staff, linked to the therapist if one is given."""
    user = people.member(*roles)
    Therapist.objects.filter(user=user).delete()
    if therapist is not None:
        therapist.user = user
        therapist.save()
    return user


def signed_in(user: User) -> Client:
    """Return a test client of this user at an unlocked desk."""
    return people.browser_of(user)
