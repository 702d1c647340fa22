"""Every page that shows a patient's data leaves its entry in the audit trail, and says whose."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

import pytest

from booking.models import AuditEntry
from tests.conftest import ModuleDatabase
from tests.people import browser_of
from tests.roles.table import ROWS
from tests.roles.world import World, make_world

LOOKS: Mapping[str, str] = {
    "desk/appointments/<uuid:public_id>/": "appointment",
    "desk/appointments/<uuid:public_id>/brief/": "appointment",
    "desk/appointments/<uuid:public_id>/questions/": "appointment",
    "desk/appointments/<uuid:public_id>/move/": "appointment",
    "desk/appointments/<uuid:public_id>/cancel/": "appointment",
    "desk/appointments/<uuid:public_id>/money/<slug:slug>/": "appointment",
    "desk/appointments/<uuid:public_id>/money/entries/<uuid:entry_id>/": "appointment",
    "desk/patients/<uuid:public_id>/": "patient",
    "desk/patients/<uuid:public_id>/statement/": "patient",
    "desk/patients/<uuid:public_id>/edit/": "patient",
    "desk/patients/<uuid:public_id>/merge/": "patient",
    "desk/mail/<int:pk>/": "mail",
}
"""What a GET of each page records. Pages without an entry here show no patient's record."""
NO_LOOK = {
    "desk/appointments/<uuid:public_id>/status/",  # only POST, as all of these
    "desk/appointments/<uuid:public_id>/restore/",
    "desk/appointments/<uuid:public_id>/move/undo/",
    "desk/appointments/<uuid:public_id>/proposal/withdraw/",
    "desk/appointments/<uuid:public_id>/note/",
    "desk/appointments/<uuid:public_id>/payments/",
    "desk/appointments/<uuid:public_id>/money/remind/",
    "desk/appointments/<uuid:public_id>/all-no/",
    "desk/patients/<uuid:public_id>/account/",
    "desk/patients/<uuid:public_id>/confirm/",
    "desk/patients/<uuid:public_id>/retry-mail/",
    "desk/mail/<int:pk>/again/",
}


@pytest.fixture(scope="module")
def shared_world(module_database: ModuleDatabase) -> World:
    """Made once: whatever a test changes is undone."""
    with module_database():
        return make_world()


@pytest.fixture
def world(shared_world: World, frozen_clock: datetime, db: None) -> World:
    return replace(shared_world, person="therapist")


def test_every_page_of_one_patient_or_appointment_is_in_the_list() -> None:
    found = {
        path
        for path in ROWS
        if path.startswith(("desk/appointments/<", "desk/patients/<", "desk/mail/<"))
    }
    unlisted = found - set(LOOKS) - NO_LOOK

    assert {path for path in unlisted if "<uuid:other>" not in path} <= {
        "desk/appointments/<uuid:public_id>/clearance/",
        "desk/patients/<uuid:public_id>/restriction/",  # not for therapists
    }


@pytest.mark.parametrize("path", LOOKS)
def test_a_look_leaves_an_entry_with_who_where_and_whose(path: str, world: World) -> None:
    user = world.people["therapist"]
    answer = browser_of(user).get(ROWS[path].address(world), REMOTE_ADDR="192.0.2.44")
    entries = AuditEntry.objects.filter(
        action="read", object_type=LOOKS[path], user=user, ip_address="192.0.2.44", area="desk"
    )

    assert answer.status_code == 200
    assert entries.count() == 1
    if LOOKS[path] != "mail":
        assert entries.get().patient_pk == world.patient.pk
