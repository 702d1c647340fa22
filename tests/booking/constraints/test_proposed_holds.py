"""A time about which a patient is asked may overlap their own appointment, and nothing else.

own appointment   |=============|
proposed                 |.............|    allowed
somebody else                        |---|  refused
"""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, transaction

from booking.constraints import violated_constraint
from booking.lifecycle import OCCUPYING_STATUSES, Status
from booking.models import Appointment
from tests.booking.constraints.definitions import definitions
from tests.booking.constraints.faults import START
from tests.booking.constraints.raw_sql import raw_delete, raw_insert, raw_update
from tests.factories import AppointmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

HALF_AN_HOUR = timedelta(minutes=30)
RESOURCES = pytest.mark.parametrize("resource", ["therapist", "room"])


@pytest.fixture
def own() -> Appointment:
    """The appointment whose patient is asked."""
    made: Appointment = AppointmentFactory(starts_at=START, event=None)
    return made


def proposed(own: Appointment, **values: Any) -> Appointment:
    """Create a hold half an hour later, with the same therapist and room."""
    same = {"therapist": own.therapist, "room": own.room, "proposed_for": own.public_id}
    values = {"starts_at": START + HALF_AN_HOUR, "held": True, "event": None} | same | values
    made: Appointment = AppointmentFactory(**values)
    return made


def refusal(change: Any, row: Appointment, **changed: Any) -> str:
    """Return the name of the constraint that refuses an INSERT or an UPDATE by raw SQL."""
    with pytest.raises(IntegrityError) as refused:
        change(row, **changed)
    return violated_constraint(refused.value)


def test_a_proposed_time_may_overlap_the_appointment_itself(own: Appointment) -> None:
    hold = proposed(own)
    raw_update(hold, starts_at=START)
    raw_update(own, blocked_until=own.blocked_until + HALF_AN_HOUR)
    raw_delete(hold)
    raw_insert(hold)


@RESOURCES
def test_a_hold_without_that_mark_or_with_another_may_not(own: Appointment, resource: str) -> None:
    elsewhere = AppointmentFactory(starts_at=START - timedelta(days=2), event=None)
    other_resource = "room" if resource == "therapist" else "therapist"
    hold = proposed(own, **{other_resource: getattr(elsewhere, other_resource)})
    name = f"{resource}_double_booking"

    assert refusal(raw_update, hold, proposed_for=None) == name
    assert refusal(raw_update, hold, proposed_for=uuid4()) == name
    assert refusal(raw_update, own, public_id=uuid4()) == name
    raw_delete(hold)
    assert refusal(raw_insert, hold, proposed_for=None) == name
    assert refusal(raw_insert, hold, proposed_for=uuid4()) == name


@RESOURCES
@pytest.mark.parametrize("status", OCCUPYING_STATUSES)
def test_nobody_else_gets_the_proposed_time(
    own: Appointment, resource: str, status: Status
) -> None:
    hold = proposed(own)
    other = AppointmentFactory(
        starts_at=own.blocked_until, event=None, status=status, hold_expires_at=START
    )
    name, taken = f"{resource}_double_booking", {resource: getattr(hold, resource)}

    assert refusal(raw_update, other, **taken) == name
    raw_delete(other)
    assert refusal(raw_insert, other, **taken) == name


@RESOURCES
def test_the_times_proposed_to_two_patients_do_not_overlap(own: Appointment, resource: str) -> None:
    hold = proposed(own)
    other = AppointmentFactory(starts_at=START + timedelta(days=1), event=None)
    taken = {resource: getattr(hold, resource)}
    second = AppointmentFactory(
        starts_at=own.blocked_until, held=True, event=None, proposed_for=other.public_id
    )

    assert refusal(raw_update, second, **taken) == f"{resource}_double_booking"


@pytest.mark.parametrize("status", [Status.BOOKED, Status.ARRIVED, Status.COMPLETED])
def test_a_proposed_time_can_never_become_a_booking(own: Appointment, status: Status) -> None:
    hold = proposed(own)
    booked = {"status": status, "patient": own.patient, "booked_at": START}

    assert refusal(raw_update, hold, **booked) == "proposed_time_is_never_booked"
    assert refusal(raw_update, hold, **booked, proposed_for=None) in {
        "therapist_double_booking",
        "room_double_booking",
    }


def test_validation_knows_the_same_rule(own: Appointment) -> None:
    hold = proposed(own)
    hold.validate_constraints()
    own.validate_constraints()
    hold.proposed_for = None
    with pytest.raises(ValidationError):
        hold.validate_constraints()


@pytest.mark.django_db(transaction=True)
def test_the_migration_keeps_the_rules_in_both_directions_with_rows_on_file() -> None:
    own = AppointmentFactory(starts_at=START, event=None)
    hold = proposed(own)
    other = AppointmentFactory(starts_at=START + timedelta(hours=1), event=None)
    before = definitions()
    try:
        call_command("migrate", "booking", "0041", verbosity=0)
        statuses = list(Appointment.objects.order_by("pk").values_list("pk", "status"))
        assert statuses == [(own.pk, "booked"), (hold.pk, "expired"), (other.pk, "booked")]
        with pytest.raises(IntegrityError), transaction.atomic():
            Appointment.objects.filter(pk=hold.pk).update(status="hold")
        with pytest.raises(IntegrityError), transaction.atomic():
            Appointment.objects.filter(pk=other.pk).update(room=own.room)
    finally:
        call_command("migrate", verbosity=0)  # features that need newer tables were reversed too

    assert definitions() == before
    assert refusal(raw_update, other, room=own.room) == "room_double_booking"
    assert refusal(raw_update, hold, proposed_for=None, status="hold") in {
        "therapist_double_booking",
        "room_double_booking",
    }
    raw_update(hold, proposed_for=own.public_id, status="hold")
