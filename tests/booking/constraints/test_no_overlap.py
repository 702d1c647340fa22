"""One therapist, one room, one appointment at a time: what overlaps and what does not.

taken            |=============|
refused      |------|  |----|  |.....|
allowed  |---|                 |-----|     back to back
"""

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from booking.constraints import violated_constraint
from booking.lifecycle import OCCUPYING_STATUSES, Status
from booking.models import Appointment
from booking.models.appointments import MAX_APPOINTMENT_LENGTH
from tests.booking.constraints.faults import START
from tests.booking.constraints.raw_sql import raw_delete, raw_insert, raw_update
from tests.factories import AppointmentFactory

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

MINUTE = timedelta(minutes=1)
TAKEN = timedelta(minutes=75)
"""Sixty minutes and fifteen to clean up."""
FREEING = [status for status in Status if status not in OCCUPYING_STATUSES]


def appointment(**values: Any) -> Appointment:
    made: Appointment = AppointmentFactory(event=None, **values)
    return made


@pytest.fixture
def taken() -> Appointment:
    return appointment(starts_at=START)


def spanning(start: timedelta, length: timedelta = TAKEN) -> dict[str, Any]:
    """Times counted from the beginning of the appointment that is there."""
    return {
        "starts_at": START + start,
        "ends_at": START + start + length,
        "blocked_until": START + start + length,
    }


def assert_refused(name: str, row: Appointment, **changed: Any) -> None:
    """Neither INSERT nor UPDATE, by raw SQL or by the ORM."""
    with pytest.raises(IntegrityError) as updating:
        raw_update(row, **changed)
    with pytest.raises(IntegrityError) as updating_by_orm, transaction.atomic():
        Appointment.objects.filter(pk=row.pk).update(**changed)
    raw_delete(row)
    with pytest.raises(IntegrityError) as inserting:
        raw_insert(row, **changed)
    errors = [updating.value, updating_by_orm.value, inserting.value]
    assert [violated_constraint(error) for error in errors] == [name] * 3


OVERLAPS = [
    pytest.param(spanning(timedelta()), id="the same time"),
    pytest.param(spanning(-TAKEN + MINUTE), id="ending a minute into it"),
    pytest.param(spanning(TAKEN - MINUTE), id="starting a minute before it is over"),
    pytest.param(spanning(60 * MINUTE, 15 * MINUTE), id="only within the turnaround"),
    pytest.param(spanning(10 * MINUTE, 10 * MINUTE), id="inside it"),
    pytest.param(spanning(-10 * MINUTE, MAX_APPOINTMENT_LENGTH), id="around it"),
    pytest.param(
        spanning(-MAX_APPOINTMENT_LENGTH + MINUTE, MAX_APPOINTMENT_LENGTH),
        id="the longest, ending a minute into it",
    ),
]
BESIDE = [
    pytest.param(spanning(-TAKEN), id="back to back before"),
    pytest.param(spanning(TAKEN), id="back to back after"),
    pytest.param(spanning(timedelta(days=1)), id="on another day"),
    pytest.param(spanning(timedelta(weeks=-100)), id="long ago"),
]


@pytest.mark.parametrize("times", OVERLAPS)
def test_a_therapist_has_one_appointment_at_a_time(
    taken: Appointment, times: dict[str, Any]
) -> None:
    other = appointment(starts_at=START + timedelta(days=3))
    assert_refused("therapist_double_booking", other, therapist=taken.therapist, **times)


@pytest.mark.parametrize("times", OVERLAPS)
def test_a_room_has_one_appointment_at_a_time(taken: Appointment, times: dict[str, Any]) -> None:
    other = appointment(starts_at=START + timedelta(days=3))
    assert_refused("room_double_booking", other, room=taken.room, **times)


@pytest.mark.parametrize("times", BESIDE)
def test_appointments_beside_each_other_are_fine(taken: Appointment, times: dict[str, Any]) -> None:
    other = appointment(starts_at=START + timedelta(days=3))
    raw_update(other, therapist=taken.therapist, room=taken.room, **times)
    raw_delete(other)
    raw_insert(other, therapist=taken.therapist, room=taken.room, **times)


def test_an_appointment_of_the_greatest_length_keeps_its_whole_time(taken: Appointment) -> None:
    raw_update(
        taken, ends_at=START + MAX_APPOINTMENT_LENGTH, blocked_until=START + MAX_APPOINTMENT_LENGTH
    )
    other = appointment(starts_at=START + timedelta(days=3))
    late = spanning(MAX_APPOINTMENT_LENGTH - MINUTE)
    assert_refused("therapist_double_booking", other, therapist=taken.therapist, **late)
    raw_insert(
        other, therapist=taken.therapist, room=taken.room, **spanning(MAX_APPOINTMENT_LENGTH)
    )


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="PostgreSQL stores no text")
@pytest.mark.parametrize(
    ("form", "hour"), [("{}T{}", 16), ("{} {}Z", 16), ("{} {}+00:00", 16), ("{} {}-05:00", 11)]
)
def test_a_time_format_that_the_trigger_cannot_compare_is_not_stored(
    taken: Appointment, form: str, hour: int
) -> None:
    other = appointment(starts_at=START + timedelta(days=3), therapist=taken.therapist)
    begin, end = (form.format("2026-12-01", f"{hour + n}:30:00") for n in (0, 1))
    with pytest.raises(IntegrityError), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE booking_appointment SET starts_at = %s, ends_at = %s, blocked_until = %s"
            " WHERE id = %s",
            [begin, end, end, other.pk],
        )


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda taken: {"therapist": taken.therapist}, id="therapist"),
        pytest.param(lambda taken: {"room": taken.room}, id="room"),
    ],
)
def test_moving_to_a_taken_therapist_or_room_is_refused(taken: Appointment, change: Any) -> None:
    other = appointment(starts_at=START + 30 * MINUTE)
    with pytest.raises(IntegrityError):
        raw_update(other, **change(taken))


@pytest.mark.parametrize("resource", ["therapist", "room"])
def test_moving_the_start_or_the_end_onto_a_taken_time_is_refused(
    taken: Appointment, resource: str
) -> None:
    mine = {resource: getattr(taken, resource)}
    before = appointment(starts_at=START - TAKEN, **mine)
    after = appointment(starts_at=START + TAKEN, **mine)
    name = f"{resource}_double_booking"
    with pytest.raises(IntegrityError) as longer:
        raw_update(before, blocked_until=before.blocked_until + MINUTE)
    with pytest.raises(IntegrityError) as earlier:
        raw_update(after, starts_at=after.starts_at - MINUTE)
    assert [violated_constraint(longer.value), violated_constraint(earlier.value)] == [name] * 2


@pytest.mark.parametrize("status", FREEING)
def test_an_ended_appointment_frees_its_time(taken: Appointment, status: Status) -> None:
    raw_update(taken, status=status)
    new = appointment(starts_at=START, therapist=taken.therapist, room=taken.room)
    with pytest.raises(IntegrityError):
        raw_update(new, starts_at=START + MINUTE, status="unknown")
    raw_update(new, status=status)  # two of them may lie on one another
    assert Appointment.objects.filter(starts_at=START, status=status).count() == 2


@pytest.mark.parametrize(
    "occupying", [status for status in OCCUPYING_STATUSES if status != Status.HOLD]
)
@pytest.mark.parametrize("status", FREEING)
def test_reactivating_onto_a_taken_time_is_refused(
    taken: Appointment, status: Status, occupying: Status
) -> None:
    raw_update(taken, status=status)
    appointment(starts_at=START + 30 * MINUTE, therapist=taken.therapist)
    with pytest.raises(IntegrityError) as refused:
        raw_update(taken, status=occupying)
    assert violated_constraint(refused.value) == "therapist_double_booking"


def test_reactivating_as_a_hold_is_refused_too(taken: Appointment) -> None:
    raw_update(taken, status=Status.CANCELLED)
    appointment(starts_at=START + 30 * MINUTE, room=taken.room)
    with pytest.raises(IntegrityError) as refused:
        raw_update(taken, status=Status.HOLD, hold_expires_at=START)
    assert violated_constraint(refused.value) == "room_double_booking"


@pytest.mark.parametrize("status", OCCUPYING_STATUSES)
def test_every_occupying_status_blocks_the_time(taken: Appointment, status: Status) -> None:
    raw_update(taken, status=status, hold_expires_at=START)
    other = appointment(starts_at=START + 30 * MINUTE)
    with pytest.raises(IntegrityError):
        raw_update(other, therapist=taken.therapist)


def test_an_appointment_does_not_conflict_with_itself(taken: Appointment) -> None:
    raw_update(taken, starts_at=START + 10 * MINUTE, blocked_until=START + TAKEN + 10 * MINUTE)
    raw_update(taken, status=Status.ARRIVED)
    taken.refresh_from_db()
    assert (taken.starts_at, taken.status) == (START + 10 * MINUTE, Status.ARRIVED)


def test_validation_reports_the_message_for_therapist_and_room(
    taken: Appointment,
) -> None:
    other = appointment(starts_at=START)
    other.therapist, other.room = taken.therapist, taken.room
    with pytest.raises(ValidationError) as refused:
        other.validate_constraints()
    assert refused.value.messages == [
        "The therapist has another appointment at that time.",
        "The room is taken at that time.",
    ]


def test_validation_accepts_itself_adjacent_and_cancelled_rows(
    taken: Appointment,
) -> None:
    taken.validate_constraints()
    beside = appointment(starts_at=START + TAKEN, therapist=taken.therapist, room=taken.room)
    beside.validate_constraints()
    beside.starts_at, beside.status = START, Status.CANCELLED
    beside.validate_constraints()


@pytest.mark.parametrize("missing", ["starts_at", "blocked_until", "therapist", "room"])
def test_validation_of_an_unfinished_form_asks_for_what_is_missing(
    taken: Appointment, missing: str
) -> None:
    unfinished = Appointment(
        option=taken.option,
        therapist=taken.therapist,
        room=taken.room,
        patient=taken.patient,
        starts_at=START,
        ends_at=START + 60 * MINUTE,
        blocked_until=START + TAKEN,
        status=Status.BOOKED,
        booked_at=START,
        price=taken.price,
        currency="USD",
    )
    setattr(unfinished, missing, None)
    with pytest.raises(ValidationError) as refused:
        unfinished.full_clean()
    assert missing in refused.value.message_dict
