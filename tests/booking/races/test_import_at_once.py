"""An import while the desk is in use: locks are held for one line at a time."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from threading import Event

import psycopg2.errors
import pytest
from django.db import OperationalError, connection, transaction

from booking.actions.actor import Actor, ActorType
from booking.actions.appointments.book_by_phone import book_by_phone
from booking.actions.locks import lock_all_resources, write_transaction
from booking.features.imports import actions
from booking.features.imports.models import ImportDraft
from booking.features.imports.queries.rows import NewAppointment
from booking.inputs import ContactDetails, PersonalDetails, StaffSlotRequest
from booking.models import Appointment, Patient, Therapist
from tests.booking.races.concurrency import PATIENCE, all_at_once, overlaps
from tests.factories import UserFactory
from tests.scene import Scene, make_clinic, on

pytestmark = [
    pytest.mark.race,
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("database", "frozen_clock"),
]
LINES = 12
TRIES = 4


def lines(scene: Scene) -> list[NewAppointment]:
    """Appointments of a file, one a day from 1 December on."""
    return [
        NewAppointment(
            number + 2,
            StaffSlotRequest(scene.option.pk, on(number + 1, 10, month=12), scene.therapist.slug),
            ContactDetails(f"Person {number}", f"p{number}@mail.example", ""),
            None,
        )
        for number in range(LINES)
    ]


def importer(scene: Scene, *, dry: bool) -> Callable[[], object]:
    by = Actor(ActorType.STAFF, UserFactory())
    rows = lines(scene)
    if dry:
        return partial(actions.check_appointments, rows, by=by, outside_hours=False)
    draft = ImportDraft.objects.create(user=by.user, kind="appointments", content="x")
    return partial(actions.import_appointments, rows, draft, by=by)


@pytest.mark.parametrize("dry", [True, False], ids=["checking", "importing"])
def test_between_two_lines_nothing_is_locked(dry: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = make_clinic(therapists=2, rooms=2)
    act = importer(scene, dry=dry)
    line_done, tried = Event(), Event()
    name = "_try_line" if dry else "_book_line"
    attempt = getattr(actions, name)
    calls: list[int] = []

    def pausing(*args: object) -> object:
        calls.append(1)
        if len(calls) == LINES // 2:
            line_done.set()
            assert tried.wait(PATIENCE)
        return attempt(*args)

    def act_pausing() -> object:
        monkeypatch.setattr(actions, name, pausing)
        return act()

    def lock_all() -> int:
        assert line_done.wait(PATIENCE)
        try:
            with transaction.atomic():
                return len(Therapist.objects.select_for_update(nowait=True))
        finally:
            tried.set()

    imported, locked = all_at_once([act_pausing, lock_all])

    assert locked == 2
    assert not isinstance(imported, Exception)
    assert Appointment.objects.count() == (0 if dry else LINES)


def test_one_lock_for_the_whole_file_would_delay_the_desk() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one lock")
    make_clinic(therapists=2, rooms=2)
    locked, tried = Event(), Event()

    def whole_file() -> None:
        with write_transaction():
            lock_all_resources()
            locked.set()
            tried.wait(PATIENCE)

    def desk() -> int:
        assert locked.wait(PATIENCE)
        try:
            with transaction.atomic():
                return len(Therapist.objects.select_for_update(nowait=True))
        finally:
            tried.set()

    _, answer = all_at_once([whole_file, desk])
    assert isinstance(answer, OperationalError)
    assert isinstance(answer.__cause__, psycopg2.errors.LockNotAvailable)


def test_the_desk_books_while_a_file_is_imported_and_nothing_deadlocks() -> None:
    scene = make_clinic(therapists=2, rooms=2)
    by = Actor(ActorType.STAFF, UserFactory())
    act = importer(scene, dry=False)

    def desk() -> int:
        for number in range(TRIES):
            slot_request = StaffSlotRequest(
                scene.option.pk, on(number + 1, 14, month=12), scene.therapists[number % 2].slug
            )
            person = PersonalDetails(f"Caller {number}", "", f"312 555 01{number:02}")
            book_by_phone(slot_request, person, by=by, is_new_patient=True)
        return TRIES

    imported, booked = all_at_once([act, desk])

    assert booked == TRIES
    assert not isinstance(imported, Exception)
    draft = ImportDraft.objects.get()
    assert (draft.imported, draft.refused_lines()) == (LINES, [])
    assert overlaps() == 0


def test_two_concurrent_imports_book_each_line_once_and_share_new_patients() -> None:
    scene = make_clinic(therapists=2, rooms=2)
    by = Actor(ActorType.STAFF, UserFactory())
    contact = ContactDetails("New One", "new@mail.example", "")
    rows = [replace(row, contact=contact) for row in lines(scene)]
    ImportDraft.objects.create(user=by.user, kind="appointments", content="x")
    drafts = [ImportDraft.objects.get() for _ in range(2)]

    answers = all_at_once(
        [partial(actions.import_appointments, rows, draft, by=by) for draft in drafts]
    )

    assert answers == [None, None]
    draft = ImportDraft.objects.get()
    assert (draft.imported, draft.refused_lines(), draft.content) == (LINES, [], "")
    assert Appointment.objects.count() == LINES
    assert Patient.objects.count() == 1
