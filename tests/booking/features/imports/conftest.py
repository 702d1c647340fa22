"""A clinic that imports, and its owner."""

from datetime import datetime

import pytest
from django.test import Client

from booking.models import Role
from tests.people import browser_of, member
from tests.scene import Scene, make_weekday_clinic


@pytest.fixture
def scene(frozen_clock: datetime) -> Scene:
    """With two rooms, and a therapist whom files name."""
    scene = make_weekday_clinic(rooms=2)
    scene.therapist.name = "Maya Lindqvist"
    scene.therapist.save()
    return scene


@pytest.fixture
def owner(scene: Scene) -> Client:
    return browser_of(member(Role.OWNER))
