"""A clinic with its staff: two therapists who can sign in, a front desk, and an owner."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.test import Client
from django.urls import reverse

from booking.actions.actor import Actor, ActorType
from booking.inputs import MoveTerms, StaffSlotRequest
from booking.lifecycle import Status
from booking.models import Appointment, Patient, Therapist, User
from booking.models.staff import Role
from tests.factories import AppointmentFactory, StaffRoleFactory, UserFactory
from tests.people import browser_of
from tests.scene import Scene, at, make_clinic


@dataclass(frozen=True)
class Desk:
    """The staff, with the rooms and the treatment of the clinic."""

    scene: Scene
    maya: User
    daniel: User
    front: User
    owner: User

    @property
    def therapist(self) -> Therapist:
        """The therapist profile of Maya."""
        return self.scene.therapists[0]

    @property
    def other(self) -> Therapist:
        """The therapist profile of Daniel."""
        return self.scene.therapists[1]

    def booked(
        self, start: datetime, therapist: Therapist | None = None, **more: Any
    ) -> Appointment:
        """Create an appointment in the first room, or in the second for the second therapist."""
        who = therapist or self.therapist
        room = self.scene.rooms[self.scene.therapists.index(who)]
        values = {"option": self.scene.option, "therapist": who, "room": room} | more
        return AppointmentFactory(starts_at=start, **values)

    def slot_request(self, start: datetime, **more: Any) -> StaffSlotRequest:
        values: dict[str, Any] = {
            "option": self.scene.option.pk,
            "therapist": self.therapist.slug,
        } | more
        return StaffSlotRequest(start=start, **values)


def make_desk(**clinic: Any) -> Desk:
    scene = make_clinic(therapists=2, rooms=2, **clinic)
    people = {}
    for name, role in (
        ("maya", Role.THERAPIST),
        ("daniel", Role.THERAPIST),
        ("front", Role.FRONTDESK),
        ("owner", Role.OWNER),
    ):
        people[name] = UserFactory(name=name.capitalize(), email=f"{name}@clinic.example")
        StaffRoleFactory(user=people[name], role=role)
    for therapist, user in zip(scene.therapists, ("maya", "daniel"), strict=True):
        therapist.user, therapist.name = people[user], user.capitalize()
        therapist.save()
    return Desk(scene, **people)


def by(user: User) -> Actor:
    """Return the actor for a member of staff."""
    return Actor(ActorType.STAFF, user)


def terms(**more: Any) -> MoveTerms:
    return MoveTerms(**more)


def signed_in(user: User) -> Client:
    """Return a test client that has just signed in at the desk."""
    return browser_of(user, proven=False)


def page(name: str, appointment: Appointment) -> str:
    """Return the URL of a page of an appointment."""
    return reverse(name, args=[appointment.public_id])


def patient_of(row: Any) -> Patient:
    """Return the patient of an appointment, or of a row about one."""
    appointment: Appointment = getattr(row, "appointment", row)
    assert appointment.patient is not None
    return appointment.patient


def name_of(row: Any) -> str:
    return patient_of(row).name


def completed_before(appointment: Appointment) -> Appointment:
    """Create an earlier, completed appointment of the same patient."""
    return AppointmentFactory(
        option=appointment.option,
        therapist=appointment.therapist,
        room=appointment.room,
        patient=appointment.patient,
        starts_at=at(10, day=appointment.starts_at.date().replace(day=2)),
        status=Status.COMPLETED,
    )
