"""The database keeps the history of choices and restrictions, also from raw SQL."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import Model

from booking.actions.patients.erasure_permit import permission_to_erase
from booking.constraints import violated_constraint
from booking.models import PatientChoice, Restriction
from tests import factories as make
from tests.booking.constraints.faults import choice
from tests.booking.constraints.raw_sql import raw_delete, raw_update

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def long_ago() -> Model:
    """A restriction of ten years ago, lifted since."""
    return make.RestrictionFactory(
        requested_at=NOON - 3650 * 24 * HOUR,
        started_at=NOON - 3649 * 24 * HOUR,
        lifted_at=NOON - 3648 * 24 * HOUR,
        created_at=NOON - 3650 * 24 * HOUR,
    )


ROWS = [
    pytest.param(choice, "patient_choice_is_append_only", id="choice"),
    pytest.param(long_ago, "restriction_is_filled_once", id="restriction"),
]


@pytest.mark.parametrize(("make_row", "name"), ROWS)
def test_no_row_is_deleted_but_for_an_erasure(make_row: object, name: str) -> None:
    assert callable(make_row)
    row = make_row()
    with pytest.raises(IntegrityError) as refused:
        raw_delete(row)
    assert violated_constraint(refused.value) == name
    assert type(row)._default_manager.filter(pk=row.pk).exists()

    with permission_to_erase():
        raw_delete(row)
    assert not type(row)._default_manager.filter(pk=row.pk).exists()


@pytest.mark.parametrize(("make_row", "name"), ROWS)
def test_a_merge_of_records_moves_every_row(make_row: object, name: str) -> None:
    assert callable(make_row)
    row, other = make_row(), make.PatientFactory()
    raw_update(row, patient=other)

    assert type(row)._default_manager.get().patient == other


def test_a_restriction_is_completed_step_by_step_and_no_step_is_taken_back() -> None:
    owner = make.UserFactory()
    row: Restriction = make.RestrictionFactory(requested_at=NOON, created_at=NOON)
    steps = [
        {"ground": "accuracy", "started_at": NOON + HOUR, "started_by": owner},
        {"lifted_at": NOON + 2 * HOUR, "lifted_by": owner},
    ]
    for step in steps:
        raw_update(row, **step)
        raw_update(row, **step)  # the same values again change nothing
        for name, value in step.items():
            later = {"ground": "claims", "started_by": None, "lifted_by": None}
            other = later.get(name, NOON + 5 * HOUR)
            with pytest.raises(IntegrityError) as refused:
                raw_update(row, **{name: other})
            assert violated_constraint(refused.value) == "restriction_is_filled_once"
            assert value != other
    row.refresh_from_db()

    assert (row.requested_at, row.ground) == (NOON, "accuracy")
    assert (row.started_at, row.lifted_at) == (NOON + HOUR, NOON + 2 * HOUR)


@pytest.mark.parametrize("answer", ["withdrawn_at", "declined_at"])
def test_the_reason_stays_once_a_request_is_answered(answer: str) -> None:
    row = make.RestrictionFactory(requested_at=NOON, created_at=NOON)
    raw_update(row, ground="accuracy")
    raw_update(row, **{answer: NOON + HOUR})
    with pytest.raises(IntegrityError):
        raw_update(row, ground="objection")

    assert Restriction.objects.get().ground == "accuracy"


def test_no_choice_is_changed_in_bulk_or_by_its_model() -> None:
    choice()
    row = PatientChoice.objects.get()
    row.is_wanted = False
    with pytest.raises(IntegrityError), transaction.atomic():
        PatientChoice.objects.update(is_wanted=False)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()
