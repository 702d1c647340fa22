"""The constraints of both databases refuse invalid rows from raw SQL and the ORM."""

import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.db.models import BaseConstraint, CheckConstraint, Model, UniqueConstraint

from booking.actions.patients.erasure_permit import permission_to_erase
from booking.constraints import translate_violations, violated_constraint
from booking.errors import RoomTaken, SlotTaken
from booking.features.money.models import LedgerEntry, LedgerLine
from booking.models import Appointment, AppointmentEvent, Option
from tests.articles.faults import CONSTRAINT_VIOLATIONS as ARTICLE_FAULTS
from tests.booking.constraints.fault import Fault
from tests.booking.constraints.faults import FAULTS as BOOKING_FAULTS
from tests.booking.constraints.faults import START
from tests.booking.constraints.feature_faults import FAULTS as FEATURE_FAULTS
from tests.booking.constraints.raw_sql import delete_past_triggers, raw_insert, raw_update
from tests.factories import AppointmentFactory, OptionFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

FAULTS = [*BOOKING_FAULTS, *FEATURE_FAULTS, *ARTICLE_FAULTS]
CONSTRAINTS = [
    pytest.param(constraint, id=constraint.name)
    for app in apps.get_app_configs()
    if app.name.startswith(("booking", "articles"))
    for model in app.get_models()
    for constraint in model._meta.constraints
]
ELSEWHERE = {
    "receipt_number_once",
    *(rule.name for rule in (*LedgerEntry._meta.constraints, *LedgerLine._meta.constraints)),
}
"""Tested in tests/booking/features/money/test_ledger_tables.py, where no row stands alone, and in
tests/booking/races/test_desk_at_once.py."""
NAMES = [constraint.id for constraint in CONSTRAINTS]
SENTENCES = {"therapist_double_booking": SlotTaken, "room_double_booking": RoomTaken}


def faults(way: str) -> list[object]:
    """The faults that can be tried through an INSERT or an UPDATE."""
    return [
        pytest.param(fault, id=f"{fault.constraint} {number}")
        for number, fault in enumerate(FAULTS)
        if way in fault.by
    ]


def assert_refused_by(error: IntegrityError, model: type[Model], name: str) -> None:
    """The constraint itself refused. SQLite names a unique constraint by its columns."""
    constraint = next(found for found in model._meta.constraints if found.name == name)
    if connection.vendor == "sqlite" and isinstance(constraint, UniqueConstraint):
        columns = [model._meta.get_field(field).column for field in constraint.fields]  # type: ignore[union-attr]
        listed = ", ".join(f"{model._meta.db_table}.{column}" for column in columns)
        assert str(error) == f"UNIQUE constraint failed: {listed}"
    elif connection.vendor == "sqlite" and isinstance(constraint, CheckConstraint):
        assert str(error) == f"CHECK constraint failed: {name}"
    else:
        assert violated_constraint(error) == name


def _remove(row: Model) -> None:
    """Delete the row, also where only an erasure may."""
    with permission_to_erase():
        delete_past_triggers(row)


def test_every_constraint_is_tested_here() -> None:
    assert {fault.constraint for fault in FAULTS} | ELSEWHERE == set(NAMES)


@pytest.mark.parametrize("constraint", CONSTRAINTS)
def test_every_constraint_has_its_own_error_message(constraint: BaseConstraint) -> None:
    sentence = str(constraint.get_violation_error_message())
    assert constraint.name not in sentence
    assert sentence != str(BaseConstraint.default_violation_error_message)
    assert sentence[0].isupper()
    assert sentence.endswith(".")


@pytest.mark.parametrize("fault", faults("insert"))
def test_raw_sql_cannot_insert_a_fault(fault: Fault) -> None:
    row = fault.row()
    changes = fault.changes(row)
    _remove(row)
    with pytest.raises(IntegrityError) as refused:
        raw_insert(row, **changes)
    assert_refused_by(refused.value, type(row), fault.constraint)
    raw_insert(row)  # without the fault it goes in


@pytest.mark.parametrize("fault", faults("update"))
def test_raw_sql_cannot_update_a_row_into_a_fault(fault: Fault) -> None:
    row = fault.row()
    changes = fault.changes(row)
    with pytest.raises(IntegrityError) as refused:
        raw_update(row, **changes)
    assert_refused_by(refused.value, type(row), fault.constraint)


@pytest.mark.parametrize("fault", faults("insert"))
def test_the_orm_cannot_insert_a_fault(fault: Fault) -> None:
    row = fault.row()
    changes = fault.changes(row)
    _remove(row)
    for name, value in changes.items():
        setattr(row, name, value)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        row.save(force_insert=True)
    assert_refused_by(refused.value, type(row), fault.constraint)


@pytest.mark.parametrize("fault", faults("update"))
def test_the_orm_cannot_update_a_row_into_a_fault(fault: Fault) -> None:
    row = fault.row()
    changes = fault.changes(row)
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        type(row)._default_manager.filter(pk=row.pk).update(**changes)
    assert_refused_by(refused.value, type(row), fault.constraint)


@pytest.mark.parametrize("fault", faults("insert"))
def test_model_validation_reports_the_same_message(fault: Fault) -> None:
    row = fault.row()
    for name, value in fault.changes(row).items():
        setattr(row, name, value)
    constraint = next(
        found for found in type(row)._meta.constraints if found.name == fault.constraint
    )
    if fault.constraint == "one_clinic":
        row._state.adding = True
    with pytest.raises(ValidationError) as refused:
        row.validate_constraints()
    assert str(constraint.get_violation_error_message()) in refused.value.messages


def test_history_can_be_added_to_but_not_changed_in_any_way() -> None:
    event = AppointmentFactory().events.get()
    event.details = {"forged": True}
    with pytest.raises(IntegrityError), transaction.atomic():
        event.save()
    with pytest.raises(IntegrityError), transaction.atomic():
        AppointmentEvent.objects.bulk_update([event], ["details"])
    assert AppointmentEvent.objects.get().details == {}


def test_one_invalid_row_rejects_a_bulk_insert() -> None:
    first = AppointmentFactory(starts_at=START, event=None)
    rows = [
        AppointmentFactory.build(
            starts_at=START + n * (first.blocked_until - first.starts_at),
            option=first.option,
            therapist=first.therapist,
            room=first.room,
            patient=first.patient,
        )
        for n in (2, 1, 0)
    ]
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.bulk_create(rows)
    assert Appointment.objects.get() == first


def test_a_double_booking_is_refused_with_a_message() -> None:
    taken = AppointmentFactory(starts_at=START, event=None)
    free = AppointmentFactory(starts_at=START, event=None)
    with pytest.raises(SlotTaken) as slot, translate_violations(SENTENCES):
        raw_update(free, therapist=taken.therapist)
    with pytest.raises(RoomTaken) as room, translate_violations(SENTENCES):
        raw_update(free, room=taken.room)
    assert type(slot.value) is SlotTaken
    assert str(slot.value) != str(room.value)


def test_where_therapist_and_room_are_both_taken_the_refusal_is_a_slot_taken() -> None:
    taken = AppointmentFactory(starts_at=START, event=None)
    free = AppointmentFactory(starts_at=START, event=None)
    with pytest.raises(SlotTaken), translate_violations(SENTENCES):
        raw_update(free, therapist=taken.therapist, room=taken.room)


def test_other_integrity_errors_are_not_translated() -> None:
    with pytest.raises(IntegrityError), translate_violations(SENTENCES):
        raw_update(OptionFactory(), minutes=4)


def test_the_name_of_a_check_is_read_from_the_error_on_either_database() -> None:
    with pytest.raises(IntegrityError) as refused:
        raw_update(OptionFactory(), minutes=4)
    assert violated_constraint(refused.value) == "option_length_sane"


def test_an_error_about_no_constraint_has_no_name() -> None:
    assert violated_constraint(IntegrityError("")) == ""


def insert_and_check(row: Appointment) -> None:
    """References are looked at when a transaction ends; or now."""
    raw_insert(row, option=Option(pk=10**6))
    connection.check_constraints()


def test_an_appointment_needs_an_option_that_exists() -> None:
    row = AppointmentFactory(starts_at=START, event=None)
    delete_past_triggers(row)
    with transaction.atomic():
        with pytest.raises(IntegrityError):
            insert_and_check(row)
        transaction.set_rollback(True)


def test_users_are_found_in_any_case() -> None:
    user = UserFactory(email="ada@clinic.example")
    assert type(user).objects.get_by_natural_key(" Ada@Clinic.example ") == user
