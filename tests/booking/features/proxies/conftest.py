"""The people of these tests, at a clinic where Ana can be booked."""

import pytest

from booking.actions.actor import Actor
from booking.models import Role
from tests.booking.features.proxies.family import Person, person, staff_actor
from tests.people import member
from tests.scene import Scene, make_clinic


@pytest.fixture
def scene() -> Scene:
    return make_clinic()


@pytest.fixture
def ana(scene: Scene) -> Person:
    return person("Ana")


@pytest.fixture
def ben(scene: Scene) -> Person:
    return person("Ben")


@pytest.fixture
def desk(scene: Scene) -> Actor:
    """A member of the front desk, as an actor."""
    return staff_actor(member(Role.FRONTDESK, app=False))
