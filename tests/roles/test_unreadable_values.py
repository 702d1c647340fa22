"""Without the key of what is encrypted, every page still opens; a sentence stands in each place."""

from dataclasses import replace
from datetime import datetime

import pytest
from pytest_django import Settings

from clinic.lib.crypto.encrypted_field import UNREADABLE
from tests.conftest import ModuleDatabase
from tests.factories import MedicalClearanceFactory, ScreeningFactory
from tests.roles.table import ROWS
from tests.roles.test_roles import outcome_word, who_is_first
from tests.roles.world import World, make_world, session_of

OTHER_KEY = "another key for the tests, long enough to pass"


@pytest.fixture(scope="module")
def shared_world(module_database: ModuleDatabase) -> World:
    with module_database():
        world = make_world()
        for row in (world.appointment, world.colleagues):
            row.patient_note = row.team_note = row.cancel_reason = "left knee"
            row.save()
            MedicalClearanceFactory(screening=ScreeningFactory(appointment=row))
        return world


@pytest.fixture
def world(shared_world: World, frozen_clock: datetime, db: None, settings: Settings) -> World:
    """The world after its key is lost; everybody has signed in again."""
    settings.FIELD_KEYS = [OTHER_KEY]
    sessions = {
        name: session_of(user) for name, user in shared_world.people.items() if user.is_active
    }
    return replace(shared_world, person="anyone", sessions=sessions)


LOST = {"book/prove/<str:token>/"}
"""Pages of a mailed link that say that it does not work, since what it was for is encrypted."""


def test_every_page_opens(world: World) -> None:
    wrong = {}
    for path, row in ROWS.items():
        world.person = who_is_first(row)
        response = world.browser().get(row.address(world))
        expected = {row.outcome(world.person), "no such method"}
        if path in LOST:
            expected = {"not found"}
        if response.status_code == 503 or outcome_word(response) not in expected:
            wrong[path] = (world.person, response.status_code)

    assert wrong == {}, "\n".join(f"{path}: {found}" for path, found in wrong.items())


@pytest.mark.parametrize("person", ["therapist", "front desk", "owner"])
def test_a_sentence_stands_in_place_of_what_cannot_be_read(world: World, person: str) -> None:
    world.person = person
    page = world.browser().get(f"/desk/appointments/{world.appointment.public_id}/")
    text = page.content.decode()

    assert page.status_code == 200
    assert str(UNREADABLE) in text
    assert "The answers cannot be read. Please ask all questions again." in text
    assert str(world.patient.name) in text


def test_what_cannot_be_read_is_never_written_over(world: World) -> None:
    before = stored_note(world)
    row = type(world.appointment).objects.get(pk=world.appointment.pk)
    row.team_note = row.team_note
    row.save()

    assert row.team_note == UNREADABLE
    assert stored_note(world) == before


def stored_note(world: World) -> str:
    row = type(world.appointment).objects.get(pk=world.appointment.pk)
    return str(row.__dict__["team_note"])
