"""A clinic whose hours change, and who may change them."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.test import Client

from booking.actions.actor import Actor, ActorType
from booking.inputs import Resolution, ResolutionAction, TimeOffChange
from booking.models import Appointment, Notification, Therapist, User
from booking.models.staff import Role
from booking.notifications.subjects.appointments import notify_booked
from booking.queries.appointments.change_policy import CHANGEABLE_STATUSES
from booking.queries.appointments.invariants import check_invariants
from clinic.lib.dates import clock
from tests import people
from tests.booking.scene import CHICAGO, Scene, at, make_clinic
from tests.factories import AppointmentFactory

STAFF = Actor(ActorType.STAFF)
TODAY = date(2026, 11, 23)
TUESDAY, WEDNESDAY, THURSDAY = (date(2026, 11, day) for day in (24, 25, 26))
NINE, FIVE = time(9), time(17)

__all__ = ["CHICAGO", "Scene", "at", "make_clinic"]


def booked(
    scene: Scene, start: datetime, place: int = 0, room: int = 0, **values: Any
) -> Appointment:
    """An appointment with one of the scene's therapists, in one of its rooms; its patient knows."""
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


def told() -> list[str]:
    """What patients were told since, by kind."""
    kinds = Notification.objects.filter(kind__in=["moved", "cancelled"]).order_by("kind")
    return list(kinds.values_list("kind", flat=True))


def away(
    therapist: Therapist, day: date = TUESDAY, starts: int = 0, ends: int = 24, note: str = ""
) -> TimeOffChange:
    """Time off on one day, from hour to hour."""
    midnight = datetime.combine(day, time(), CHICAGO)
    span = (midnight + timedelta(hours=starts), midnight + timedelta(hours=ends))
    return TimeOffChange(therapist.pk, (span,), note)


def keep(row: Appointment) -> Resolution:
    return Resolution(ResolutionAction.KEEP, row.sequence)


def cancel(row: Appointment) -> Resolution:
    return Resolution(ResolutionAction.CANCEL, row.sequence)


def move(row: Appointment, start: datetime, therapist: Therapist) -> Resolution:
    return Resolution(ResolutionAction.MOVE, row.sequence, start, therapist.slug)


def faults() -> list[str]:
    """What verify_bookings would name."""
    return [said for finding in check_invariants(clock.now()) for said in finding.sentences]


def member(*roles: Role, therapist: Therapist | None = None) -> User:
    """Somebody of the staff; perhaps one of the scene's therapists, else without a profile."""
    user = people.member(*roles)
    Therapist.objects.filter(user=user).delete()
    if therapist is not None:
        therapist.user = user
        therapist.save()
    return user


def signed_in(user: User) -> Client:
    """A browser of theirs at an unlocked desk."""
    return people.browser_of(user)
