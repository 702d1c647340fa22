"""Fixtures of the schedule tests: the clinic, and test clients of its staff."""

import pytest
from django.test import Client

from booking.actions.schedule.change_schedule import change_schedule
from booking.models import Appointment
from booking.models.staff import Role
from tests.booking.schedule.schedule_changes import (
    STAFF,
    WEDNESDAY,
    Scene,
    ask,
    at,
    away,
    booked,
    make_clinic,
    member,
    signed_in,
)
from tests.factories import PatientFactory
from tests.scene import fresh


@pytest.fixture
def scene(frozen_clock: object) -> Scene:
    """A clinic with two therapists, Rosa and Tom, in two rooms, every day from 9 to 17."""
    made = make_clinic(therapists=2, rooms=2)
    for therapist, name in zip(made.therapists, ("Rosa", "Tom"), strict=True):
        therapist.name, therapist.slug = name, name.lower()
        therapist.save()
    return made


@pytest.fixture
def rosa(scene: Scene) -> Client:
    """A test client signed in as the first therapist."""
    return signed_in(member(Role.THERAPIST, therapist=scene.therapists[0]))


@pytest.fixture
def desk(scene: Scene) -> Client:
    """A test client signed in as front desk."""
    return signed_in(member(Role.FRONTDESK))


@pytest.fixture
def owner(scene: Scene) -> Client:
    return signed_in(member(Role.OWNER))


@pytest.fixture
def three(scene: Scene) -> list[Appointment]:
    """Rosa's Tuesday, at 9, 11 and 14."""
    names = ("Ana Reader", "Ben Sleeper", "Cleo Walker")
    return [
        booked(scene, at(hour), patient=PatientFactory(name=name))
        for hour, name in zip((9, 11, 14), names, strict=True)
    ]


@pytest.fixture
def asked(scene: Scene) -> Appointment:
    """Rosa's patient of Wednesday at 10, asked about the same time with Tom, as Rosa is away."""
    rosa, tom = scene.therapists
    row = booked(scene, at(10, day=WEDNESDAY), patient=PatientFactory(name="Ana Reader"))
    resolutions = {row.pk: ask(row, row.starts_at, tom)}
    change_schedule(away(rosa, WEDNESDAY), resolutions=resolutions, by=STAFF)
    return fresh(row)
