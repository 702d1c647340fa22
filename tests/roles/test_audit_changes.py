"""Every button that changes a patient's data leaves its entry in the audit trail."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import uuid4

import pytest

from booking.actions.actor import Actor, ActorType
from booking.actions.appointments.ask_patient import ask_patient
from booking.actions.appointments.cancel import cancel_appointment
from booking.models import Appointment, AuditEntry
from tests.booking.schedule.pages import fields
from tests.conftest import ModuleDatabase
from tests.people import browser_of
from tests.roles.table import ROWS
from tests.roles.world import World, make_world
from tests.scene import on

STAFF = Actor(ActorType.STAFF)
ADDRESS = "192.0.2.45"


def nothing(_world: World) -> None:
    pass


def is_cancelled(world: World) -> None:
    cancel_appointment(world.appointment, by=STAFF)


def is_asked(world: World) -> None:
    ask_patient(world.appointment, start=on(24, 10, 30), by=STAFF)


def begins_now(world: World) -> None:
    row = Appointment.objects.get(pk=world.appointment.pk)
    shift = row.starts_at - on(23, 11, 30)
    Appointment.objects.filter(pk=row.pk).update(
        starts_at=row.starts_at - shift,
        ends_at=row.ends_at - shift,
        blocked_until=row.blocked_until - shift,
    )


@dataclass(frozen=True)
class Change:
    """What a form sends, and who sends it; `before` is done first.

    With `from_page` the page is opened first, and what it has filled in is sent too.
    """

    data: Mapping[str, str]
    before: Callable[[World], None] = nothing
    from_page: bool = False
    person: str = "front desk"
    object_type: str = "appointment"


APPOINTMENT, PATIENT = "desk/appointments/<uuid:public_id>", "desk/patients/<uuid:public_id>"
CHANGES: Mapping[str, Change] = {
    f"{APPOINTMENT}/status/": Change({"to": "no_show"}, before=begins_now),
    f"{APPOINTMENT}/note/": Change({"team_note": "Door code 12"}),
    f"{APPOINTMENT}/cancel/": Change({"message": "tell"}, from_page=True),
    f"{APPOINTMENT}/restore/": Change({}, before=is_cancelled),
    f"{APPOINTMENT}/move/": Change({"start": on(24, 15).isoformat()}),
    f"{APPOINTMENT}/proposal/withdraw/": Change({}, before=is_asked),
    f"{APPOINTMENT}/payments/": Change({"amount": "10.00", "method": "cash", "seen": "1"}),
    f"{APPOINTMENT}/money/<slug:slug>/": Change({"amount": "5.00"}, from_page=True),
    f"{APPOINTMENT}/money/entries/<uuid:entry_id>/": Change(
        {"reason": "A mistake"}, from_page=True
    ),
    f"{APPOINTMENT}/all-no/": Change({}, object_type="answers"),
    f"{PATIENT}/edit/": Change({"name": "Another Name"}, from_page=True, object_type="patient"),
    f"{PATIENT}/retry-mail/": Change({"submission_id": str(uuid4())}, object_type="patient"),
    "desk/call-backs/<int:pk>/done/": Change({}),
    "admin/booking/appointment/<int:pk>/cancel/": Change({}, person="owner"),
}
"""What each button sends."""
OTHERWISE = {
    f"{APPOINTMENT}/": "the page itself; its buttons are above",
    f"{APPOINTMENT}/brief/": "changes nothing",
    f"{APPOINTMENT}/move/undo/": "tests/booking/desk/test_undo_move.py",
    f"{APPOINTMENT}/questions/": "tests/booking/health/test_enter_answers.py",
    f"{APPOINTMENT}/clearance/": "tests/booking/health/test_record_clearance.py",
    f"{PATIENT}/": "changes nothing",
    f"{PATIENT}/statement/": "changes nothing",
    f"{APPOINTMENT}/money/remind/": "sends a mail, with an event of its appointment",
    f"{PATIENT}/account/": "tests/booking/audit/test_audit_trail.py",
    f"{PATIENT}/confirm/": "sends mails, each with an event of its appointment",
    f"{PATIENT}/merge/": "tests/booking/audit/test_audit_trail.py",
    f"{PATIENT}/merge/<uuid:other>/": "tests/booking/audit/test_audit_trail.py",
    f"{PATIENT}/restriction/": "tests/booking/patients/test_restrictions.py",
}
"""Where others are tried, or why they need no entry."""


@pytest.fixture(scope="module")
def shared_world(module_database: ModuleDatabase) -> World:
    """Made once: whatever a test changes is undone."""
    with module_database():
        return make_world()


@pytest.fixture
def world(shared_world: World, frozen_clock: datetime, db: None) -> World:
    return replace(shared_world, person="owner")


def test_every_address_of_one_patient_or_appointment_is_in_a_list() -> None:
    found = {path for path in ROWS if path.startswith((f"{APPOINTMENT}/", f"{PATIENT}/"))}

    assert found - set(CHANGES) - set(OTHERWISE) == set()


@pytest.mark.parametrize("path", CHANGES)
def test_a_change_leaves_an_entry_with_who_where_and_whose(path: str, world: World) -> None:
    change = CHANGES[path]
    change.before(world)
    browser = browser_of(world.people[change.person])
    address = ROWS[path].address(world)
    data: dict[str, object] = dict(change.data)
    if change.from_page:
        data = fields(browser.get(address)) | data
    newest = AuditEntry.objects.latest("pk").pk
    answer = browser.post(address, data, REMOTE_ADDR=ADDRESS)
    entries = AuditEntry.objects.filter(
        pk__gt=newest, object_type=change.object_type, ip_address=ADDRESS
    ).exclude(action="read")

    assert answer.status_code in (302, 303)
    entry = entries.latest("pk")
    assert (entry.user, entry.actor_type) == (world.people[change.person], "staff")
    if "call-backs" not in path:  # theirs is not on file
        assert entry.patient_pk == world.patient.pk


def test_an_appointment_that_is_opened_in_the_back_office_leaves_an_entry(world: World) -> None:
    path = "admin/booking/appointment/<path:object_id>/change/"
    for _twice in range(2):
        answer = browser_of(world.people["owner"]).get(
            ROWS[path].address(world), REMOTE_ADDR=ADDRESS
        )
    entry = AuditEntry.objects.get(action="read", ip_address=ADDRESS)

    assert answer.status_code == 200
    assert (entry.object_type, entry.area) == ("appointment", "back_office")
    assert entry.patient_pk == world.patient.pk
