"""verify_bookings finds each kind of fault; the constraints are dropped to create them."""

from collections.abc import Mapping
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.lifecycle import Override, Status
from booking.models import (
    Appointment,
    AppointmentEvent,
    Room,
    Screening,
    Therapist,
    Treatment,
)
from booking.queries.appointments import invariants
from booking.queries.appointments.invariants import InvariantResult, check_invariants
from tests import factories as make

CHICAGO = ZoneInfo("America/Chicago")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]


@pytest.fixture(autouse=True)
def clinic(frozen_clock: datetime) -> None:
    make.ClinicProfileFactory()


@pytest.fixture
def open_therapist() -> Therapist:
    therapist = make.TherapistFactory(name="Ada")
    make.works_all_week(therapist)
    return therapist


def told(**values: Any) -> Appointment:
    """An appointment whose patient was told of it."""
    return make.AppointmentFactory(event__told=True, **values)


def drop_constraint(name: str) -> None:
    """Take a guarantee of the database away, until the test is over."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f'ALTER TABLE booking_appointment DROP CONSTRAINT "{name}"')
        else:
            for event in ("insert", "update"):
                cursor.execute(f'DROP TRIGGER "{name}_{event}"')


def drop_check(name: str) -> None:
    """The same for a CHECK, which SQLite can only be told to overlook."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f'ALTER TABLE booking_appointment DROP CONSTRAINT "{name}"')
        else:
            cursor.execute("PRAGMA ignore_check_constraints = ON")


@pytest.fixture
def checks_again() -> Any:
    """SQLite's PRAGMA outlives the transaction."""
    yield
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA ignore_check_constraints = OFF")


def found(now: datetime) -> Mapping[str, InvariantResult]:
    """What is wrong, by title."""
    return {str(finding.title): finding for finding in check_invariants(now) if finding.total}


def only(now: datetime, title: str) -> InvariantResult:
    """The one finding that there is."""
    findings = found(now)
    assert list(findings) == [title]
    return findings[title]


def verify() -> str:
    out = StringIO()
    call_command("verify_bookings", stdout=out)
    return out.getvalue()


def at(hour: int, minute: int = 0) -> datetime:
    """Tomorrow, by Chicago's clock."""
    return datetime(2026, 11, 24, hour, minute, tzinfo=CHICAGO).astimezone(UTC)


def test_an_empty_database_has_no_findings() -> None:
    assert "0 appointments on file" in verify()


def test_correct_appointments_have_no_findings(open_therapist: Therapist) -> None:
    told(therapist=open_therapist, starts_at=at(9))
    make.AppointmentFactory(therapist=open_therapist, starts_at=at(11), held=True)
    said = verify()

    assert "2 appointments on file: 1 held, 1 booked" in said
    assert "Everything is as it must be." in said


@pytest.mark.parametrize(
    ("resource", "title"),
    [("therapist", "Therapists booked twice"), ("room", "Rooms booked twice")],
)
def test_an_overlap_is_found(frozen_clock: datetime, resource: str, title: str) -> None:
    drop_constraint(f"{resource}_double_booking")
    first = told(starts_at=frozen_clock - DAY)
    taken = {resource: getattr(first, resource)}
    second = told(starts_at=first.blocked_until - MINUTE, **taken)

    finding = only(frozen_clock, title)
    assert finding.total == 1
    assert f"Appointment {second.pk} " in finding.descriptions[0]
    assert str(getattr(first, resource)) in finding.descriptions[0]


def test_an_overlap_with_an_appointment_before_the_previous_one_is_found(
    frozen_clock: datetime,
) -> None:
    drop_constraint("therapist_double_booking")
    begin = frozen_clock - DAY
    long = told(starts_at=begin, option__minutes=180)
    for after in (30, 120):
        told(starts_at=begin + after * MINUTE, option__minutes=30, therapist=long.therapist)

    assert only(frozen_clock, "Therapists booked twice").total == 2


def test_adjacent_and_cancelled_appointments_are_no_overlap(frozen_clock: datetime) -> None:
    first = told(starts_at=frozen_clock - DAY)
    taken = {"therapist": first.therapist, "room": first.room}
    told(starts_at=first.blocked_until, **taken)
    for status in (Status.CANCELLED, Status.NO_SHOW, Status.EXPIRED):
        told(starts_at=first.starts_at, status=status, **taken)

    assert found(frozen_clock) == {}


@pytest.mark.parametrize("start", [at(8, 45), at(16, 15), at(20)])
def test_an_appointment_outside_the_hours_is_found(
    frozen_clock: datetime, open_therapist: Therapist, start: datetime
) -> None:
    outside = told(therapist=open_therapist, starts_at=start)

    finding = only(frozen_clock, "Outside opening hours (from now on)")
    assert f"Appointment {outside.pk} " in finding.descriptions[0]


def test_an_appointment_on_a_day_that_was_closed_later_is_found(
    frozen_clock: datetime, open_therapist: Therapist
) -> None:
    told(therapist=open_therapist, starts_at=at(9) + 40 * DAY)
    told(therapist=open_therapist, starts_at=at(9) + 28 * DAY)
    make.ClosureFactory(first_day=(at(9) + 28 * DAY).date())

    assert only(frozen_clock, "Outside opening hours (from now on)").total == 1


def test_turnaround_may_run_past_closing_time_and_past_midnight(
    frozen_clock: datetime, open_therapist: Therapist
) -> None:
    told(therapist=open_therapist, starts_at=at(16))
    night = make.TherapistFactory()
    make.works_all_week(night, starts=time(0), ends=time(0))
    for day in range(60):
        told(therapist=night, starts_at=at(23, 30) + day * DAY)

    assert found(frozen_clock) == {}


def test_past_and_cancelled_appointments_can_be_outside_the_hours(
    frozen_clock: datetime,
) -> None:
    told(starts_at=frozen_clock - DAY)
    told(starts_at=frozen_clock + DAY, status=Status.CANCELLED)
    make.AppointmentFactory(
        starts_at=frozen_clock + DAY, held=True, hold_expires_at=frozen_clock - MINUTE
    )

    assert found(frozen_clock) == {}


def test_an_appointment_without_history_is_found(frozen_clock: datetime) -> None:
    bare = make.AppointmentFactory(starts_at=frozen_clock - DAY, event=None)

    finding = only(frozen_clock, "Incomplete history")
    assert finding.descriptions == [f"Appointment {bare.pk} has no history at all."]


@pytest.mark.parametrize("status", [Status.BOOKED, Status.COMPLETED, Status.CANCELLED])
def test_a_booking_without_a_booked_event_is_found(frozen_clock: datetime, status: Status) -> None:
    row = make.AppointmentFactory(starts_at=frozen_clock - DAY, status=status, event=None)
    make.AppointmentEventFactory(appointment=row, kind=AppointmentEvent.Kind.HELD)

    assert only(frozen_clock, "Incomplete history").total == 1


def test_a_released_hold_needs_no_booked_event(
    frozen_clock: datetime,
) -> None:
    row = make.AppointmentFactory(starts_at=frozen_clock - DAY, held=True)
    Appointment.objects.filter(pk=row.pk).update(status=Status.CANCELLED)

    assert found(frozen_clock) == {}


def test_a_hold_is_overdue_after_a_day(frozen_clock: datetime) -> None:
    make.AppointmentFactory(held=True, hold_expires_at=frozen_clock - DAY + MINUTE)
    overdue = make.AppointmentFactory(held=True, hold_expires_at=frozen_clock - DAY - MINUTE)

    finding = only(frozen_clock, "Holds that ran out and were not marked")
    assert finding.total == 1
    assert str(overdue.pk) in finding.descriptions[0]


def test_a_booking_without_a_mail_is_found(
    frozen_clock: datetime, open_therapist: Therapist
) -> None:
    told(therapist=open_therapist, starts_at=at(9))
    silent = make.AppointmentFactory(therapist=open_therapist, starts_at=at(11))
    moved = told(therapist=open_therapist, starts_at=at(13))
    make.AppointmentEventFactory(appointment=moved, kind=AppointmentEvent.Kind.MOVED)

    assert only(frozen_clock, "Told to nobody (from now on)").descriptions == [
        f"Appointment {silent.pk}: booked, but nobody was told.",
        f"Appointment {moved.pk}: moved, but nobody was told.",
    ]


def test_past_bookings_and_patients_without_address_need_no_mail(
    frozen_clock: datetime, open_therapist: Therapist
) -> None:
    make.AppointmentFactory(starts_at=frozen_clock - DAY)
    make.AppointmentFactory(therapist=open_therapist, starts_at=at(9), patient__email="")

    assert found(frozen_clock) == {}


def test_a_missing_currency_is_found(frozen_clock: datetime) -> None:
    told(starts_at=frozen_clock - DAY, currency="")

    assert only(frozen_clock, "Without price or currency").total == 1


@pytest.mark.usefixtures("checks_again")
def test_a_price_below_zero_is_found(frozen_clock: datetime) -> None:
    drop_check("appointment_price_positive")
    told(starts_at=frozen_clock - DAY, price=Decimal(-1))

    assert only(frozen_clock, "Without price or currency").total == 1


def test_health_answers_that_lost_their_content_are_found(frozen_clock: datetime) -> None:
    appointment = told(starts_at=frozen_clock - DAY)
    make.ScreeningFactory(appointment=appointment)
    assert found(frozen_clock) == {}
    Screening.objects.update(record_json="")

    assert only(frozen_clock, "Health answers without content").total == 1


def test_the_command_names_each_fault_and_exits_with_1(frozen_clock: datetime) -> None:
    bare = make.AppointmentFactory(starts_at=frozen_clock - DAY, event=None)
    out = StringIO()
    with pytest.raises(CommandError, match="1 fault found") as failed:
        call_command("verify_bookings", stdout=out)

    assert failed.value.returncode == 1
    assert f"Appointment {bare.pk} has no history at all." in out.getvalue()
    assert "Incomplete history: 1" in out.getvalue()


def test_a_long_list_is_cut_and_the_rest_counted(
    frozen_clock: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invariants, "MAX_LISTED_FAULTS", 2)
    for day in range(5):
        make.AppointmentFactory(starts_at=frozen_clock - DAY * (day + 1), event=None)
    out = StringIO()
    with pytest.raises(CommandError, match="5 faults found"):
        call_command("verify_bookings", stdout=out)

    assert out.getvalue().count("has no history at all") == 2
    assert "... and 3 more." in out.getvalue()


def test_the_query_count_does_not_depend_on_the_number_of_appointments(
    frozen_clock: datetime, open_therapist: Therapist
) -> None:
    def queries_with(days: range) -> int:
        for day in days:
            told(therapist=open_therapist, starts_at=at(9) + day * DAY)
        with CaptureQueriesContext(connection) as queries:
            list(check_invariants(frozen_clock))
        return len(queries)

    assert queries_with(range(1)) == queries_with(range(1, 20))


def test_an_upcoming_appointment_with_a_therapist_who_takes_none_is_found(
    frozen_clock: datetime, open_therapist: Therapist
) -> None:
    row = told(therapist=open_therapist, starts_at=at(9))
    Therapist.objects.update(is_active=False)
    finding = only(frozen_clock, "Booked with somebody or in a room that is switched off")

    assert finding.total == 1
    assert f"Appointment {row.pk} (2026-11-24 15:00 UTC)" in finding.descriptions[0]
    assert "Ada, who takes no appointments" in finding.descriptions[0]


def test_an_upcoming_appointment_in_a_room_out_of_use_is_found(
    frozen_clock: datetime, open_therapist: Therapist
) -> None:
    told(therapist=open_therapist, starts_at=at(9), room__name="Garden")
    Room.objects.update(is_active=False)
    finding = only(frozen_clock, "Booked with somebody or in a room that is switched off")

    assert "in room Garden, which is not in use" in finding.descriptions[0]


def test_what_staff_kept_or_what_is_over_or_no_longer_offered_is_no_fault(
    frozen_clock: datetime, open_therapist: Therapist
) -> None:
    told(therapist=open_therapist, starts_at=at(9), override=Override.SWITCHED_OFF)
    told(therapist=open_therapist, starts_at=frozen_clock - DAY)
    withdrawn = told(starts_at=at(9), override=Override.OUTSIDE_HOURS)
    Therapist.objects.filter(pk=open_therapist.pk).update(is_active=False)
    Treatment.objects.filter(options=withdrawn.option_id).update(is_active=False)

    assert found(frozen_clock) == {}
