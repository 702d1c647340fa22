"""The database keeps the ledger balanced and unchanged, on both databases."""

from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection, transaction

from booking.constraints import violated_constraint
from booking.features.money.models import LedgerEntry, LedgerLine
from booking.models import Patient
from tests.booking.constraints.raw_sql import raw_update
from tests.factories import PatientFactory

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
DAY = date(2026, 11, 24)


@pytest.fixture
def patient() -> Patient:
    return PatientFactory()


def line(entry: UUID, patient: Patient | None, amount: int, **values: Any) -> LedgerLine:
    account = "patient" if patient else "visits"
    return LedgerLine(
        entry_id=entry, patient=patient, amount=amount, **{"account": account} | values
    )


def save(patient: Patient, *amounts: int, **values: Any) -> LedgerEntry:
    """Save an entry as the ledger does: amounts of the patient and of visits in turn."""
    key = uuid4()
    fields = {"kind": "visit", "key": str(key), "day": DAY, "currency": "USD"} | values
    with transaction.atomic():
        LedgerLine.objects.bulk_create(
            line(key, None if number % 2 else patient, amount)
            for number, amount in enumerate(amounts)
        )
        return LedgerEntry.objects.create(id=key, **fields)


def add_unseen(row: LedgerLine) -> None:
    """Add a line as a transaction does that cannot see the entry yet, and commit."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "ALTER TABLE booking_money_ledgerline DISABLE TRIGGER ledger_lines_come_first"
        )
        row.save()
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def refused(error: pytest.ExceptionInfo[IntegrityError]) -> str:
    return violated_constraint(error.value)


def test_an_entry_whose_lines_sum_to_zero_is_saved(patient: Patient) -> None:
    assert save(patient, 8500, -8500).lines.count() == 2


@pytest.mark.parametrize("amounts", [(), (8500,), (8500, -8400), (1, 1, 1)])
def test_an_entry_whose_lines_do_not_sum_to_zero_is_refused(
    patient: Patient, amounts: tuple[int, ...]
) -> None:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        save(patient, *amounts)

    assert refused(error) == "ledger_entry_is_balanced"


def test_an_entry_on_file_gets_no_further_lines(patient: Patient) -> None:
    entry = save(patient, 8500, -8500)
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        line(entry.pk, patient, 100).save()

    assert refused(error) == "ledger_lines_come_first"


@pytest.mark.django_db(transaction=True)
def test_lines_without_an_entry_cannot_be_committed(patient: Patient) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        line(uuid4(), patient, 100).save()

    assert not LedgerLine.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer at a time")
def test_lines_that_another_transaction_could_not_see_are_added_up_at_the_commit(
    patient: Patient,
) -> None:
    entry = save(patient, 8500, -8500)
    with pytest.raises(IntegrityError) as error:
        add_unseen(line(entry.pk, patient, 100))

    assert refused(error) == "ledger_lines_come_first"


@pytest.mark.parametrize(
    ("changed", "value"), [("day", date(2026, 1, 1)), ("key", "other"), ("kind", "fee")]
)
def test_an_entry_is_never_changed(patient: Patient, changed: str, value: object) -> None:
    entry = save(patient, 8500, -8500)
    with pytest.raises(IntegrityError) as error:
        raw_update(entry, **{changed: value})

    assert refused(error) == "ledger_entry_is_append_only"


def test_a_line_is_never_changed_but_can_follow_a_merged_patient(patient: Patient) -> None:
    mine, _other = save(patient, 8500, -8500).lines.all()
    with pytest.raises(IntegrityError) as error:
        raw_update(mine, amount=1)
    assert refused(error) == "ledger_line_is_append_only"

    remaining = PatientFactory()
    LedgerLine.objects.filter(patient=patient).update(patient=remaining)
    mine.refresh_from_db()
    assert mine.patient == remaining


@pytest.mark.parametrize("model", [LedgerEntry, LedgerLine])
def test_nothing_is_ever_deleted(patient: Patient, model: type[LedgerEntry | LedgerLine]) -> None:
    save(patient, 8500, -8500)
    table = model._meta.db_table
    with (
        pytest.raises(IntegrityError) as error,
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"DELETE FROM {table}")  # our own table

    assert refused(error).endswith("_is_append_only")


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"amount": 0}, "ledger_line_not_zero"),
        ({"account": "pocket"}, "ledger_account_known"),
        ({"patient": None, "account": "patient"}, "ledger_patient_on_own_account"),
        ({"account": "cash"}, "ledger_patient_on_own_account"),
    ],
)
def test_a_line_that_makes_no_sense_is_refused(
    patient: Patient, values: dict[str, Any], name: str
) -> None:
    row = line(uuid4(), patient, 100)
    for field, value in values.items():
        setattr(row, field, value)
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        row.save()

    assert refused(error) == name


def test_an_entry_of_an_unknown_kind_is_refused(patient: Patient) -> None:
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        save(patient, 8500, -8500, kind="gift")

    assert refused(error) == "ledger_entry_kind_known"


def test_the_same_story_is_recorded_once(patient: Patient) -> None:
    save(patient, 8500, -8500, key="visit:1")
    with pytest.raises(IntegrityError), transaction.atomic():
        save(patient, 8500, -8500, key="visit:1")
