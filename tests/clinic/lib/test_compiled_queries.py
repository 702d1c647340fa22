"""Queries whose SQL is written once."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from threading import Thread
from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.db.models import Q, QuerySet
from django.db.transaction import TransactionManagementError
from django.test.utils import CaptureQueriesContext

from booking.models import Closure, Patient, Room, Treatment
from clinic.lib.compiled_queries import compiled_query
from tests.factories import PatientFactory, RoomFactory, RoomKindFactory, TreatmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_the_function_is_called_once_for_each_shape_of_its_arguments() -> None:
    shapes = []

    @compiled_query
    def names(pks: Sequence[int], name: str | None) -> "QuerySet[Room, str]":
        shapes.append((len(pks), name is None))
        rooms = Room.objects.filter(pk__in=pks).order_by("name")
        rooms = rooms if name is None else rooms.filter(name=name)
        return rooms.values_list("name", flat=True)

    one, two = (RoomFactory(name=name) for name in ("One", "Two"))
    assert names([one.pk], None) == ["One"]
    assert names([two.pk], None) == ["Two"]
    assert names([one.pk, two.pk], None) == ["One", "Two"]
    assert names((two.pk, one.pk), "Two") == ["Two"]
    assert names([two.pk, one.pk], "Three") == []
    assert shapes == [(1, True), (2, True), (2, False)]


def test_changed_rows_are_read_with_the_same_sql() -> None:
    @compiled_query
    def patients(name: str) -> "QuerySet[Patient, Patient]":
        return Patient.objects.filter(name=name)

    assert patients("Ada") == []
    ada = PatientFactory(name="Ada")
    assert patients("Ada") == [ada]
    ada.delete()
    assert patients("Ada") == []


def test_related_rows_are_selected_too() -> None:
    @compiled_query
    def treatments(slug: str) -> "QuerySet[Treatment, Treatment]":
        return Treatment.objects.filter(slug=slug).select_related("room_kind")

    for slug in ("first", "second"):
        TreatmentFactory(slug=slug, room_kind=RoomKindFactory(name=f"{slug} kind"))
    for slug in ("first", "second"):
        with CaptureQueriesContext(connection) as captured:
            (treatment,) = treatments(slug)
            assert treatment.room_kind is not None
            assert treatment.room_kind.name == f"{slug} kind"
        assert len(captured) == 1


def test_values_are_prepared_for_the_database() -> None:
    @compiled_query
    def patients(public_id: UUID, created: datetime) -> "QuerySet[Patient, int]":
        rows = Patient.objects.filter(public_id=public_id, created_at__lte=created)
        return rows.values_list("pk", flat=True)

    @compiled_query
    def closures(day: date) -> "QuerySet[Closure, date]":
        rows = Closure.objects.filter(first_day__lte=day, last_day__gte=day)
        return rows.values_list("first_day", flat=True)

    patient = PatientFactory(created_at=NOON)
    holiday = date(2026, 11, 26)
    Closure.objects.create(name="Holiday", first_day=holiday, last_day=holiday)
    assert patients(uuid4(), NOON) == []
    assert patients(patient.public_id, NOON) == [patient.pk]
    assert patients(patient.public_id, NOON.replace(hour=11)) == []
    assert closures(holiday) == [holiday]
    assert closures(date(2026, 11, 27)) == []


def test_an_empty_list_finds_nothing_and_asks_no_database() -> None:
    @compiled_query
    def rooms(pks: Sequence[int], others: Sequence[int]) -> "QuerySet[Room, Room]":
        return Room.objects.filter(Q(pk__in=pks) | Q(pk__in=others))

    room = RoomFactory()
    with CaptureQueriesContext(connection) as captured:
        assert rooms([], []) == []
        assert rooms([], []) == []
    assert len(captured) == 0
    assert rooms([], [room.pk]) == [room]


def test_a_value_of_another_type_is_refused() -> None:
    @compiled_query
    def patients(patient: Patient) -> "QuerySet[Patient, Patient]":
        return Patient.objects.filter(pk=patient)

    with pytest.raises(TypeError, match="takes no value of Patient"):
        patients(PatientFactory())


@compiled_query
def locked_rooms(pk: int) -> "QuerySet[Room, Room]":
    return Room.objects.filter(pk=pk).select_for_update()


def test_rows_are_locked_in_a_transaction() -> None:
    room = RoomFactory()
    with CaptureQueriesContext(connection) as captured:
        assert locked_rooms(room.pk) == [room]
    (query,) = captured.captured_queries
    assert query["sql"].endswith("FOR UPDATE") == connection.features.has_select_for_update


@pytest.mark.django_db(transaction=True)
def test_outside_of_a_transaction_no_rows_can_be_locked() -> None:
    for _ in range(2):
        with pytest.raises(TransactionManagementError):
            locked_rooms(1)


@pytest.mark.django_db(transaction=True)
def test_each_thread_uses_its_own_connection() -> None:
    @compiled_query
    def rooms(pk: int) -> "QuerySet[Room, Room]":
        return Room.objects.filter(pk=pk)

    room = RoomFactory()
    assert rooms(room.pk) == [room]
    found = []

    def read() -> None:
        found.extend(rooms(room.pk))
        connection.close()

    thread = Thread(target=read)
    thread.start()
    thread.join()
    assert found == [room]
