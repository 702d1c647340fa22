"""Every figure, against the same counted row by row, in zones that change their clocks."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from booking.features.reports.queries.attendance import AttendanceCounts, compute_attendance
from booking.features.reports.queries.busy_hours import count_starts_by_hour
from booking.features.reports.queries.income import compute_income
from booking.features.reports.queries.occupancy import compute_occupancy
from booking.features.reports.queries.patients import compute_patient_counts, lead_times
from booking.features.reports.queries.period import DateRange, PeriodUnit, ReportPeriod
from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile
from tests.booking.features.reports.random_rows import create_random_rows, kept, matching_rows
from tests.conftest import ModuleDatabase

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
ZONES = ("America/Chicago", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC")
FIRST, LAST = date(2026, 3, 1), date(2026, 11, 15)


@pytest.fixture(scope="module", params=ZONES)
def shared_clinic(
    request: pytest.FixtureRequest, module_database: ModuleDatabase
) -> Iterator[ClinicProfile]:
    """One clinic for each zone, whose rows all tests read."""
    seed = ZONES.index(request.param)
    with module_database(), transaction.atomic():
        yield create_random_rows(datetime(2025, 5, 1, tzinfo=UTC), 600, request.param, seed)
        transaction.set_rollback(True)


@pytest.fixture
def clinic(shared_clinic: ClinicProfile, db: None) -> ClinicProfile:
    return shared_clinic


def period_of(clinic: ClinicProfile, step: PeriodUnit = PeriodUnit.WEEK) -> ReportPeriod:
    return ReportPeriod(FIRST, LAST, clinic.zone, step)


def rows_on(clinic: ClinicProfile, part: DateRange) -> list[Appointment]:
    """Read from the database once for each zone, since no test changes any."""
    if not hasattr(clinic, "dated_rows"):
        every = matching_rows(clinic.zone, lambda _row, _day: True)
        clinic.dated_rows = [(row.starts_at.astimezone(clinic.zone).date(), row) for row in every]
    return [row for day, row in clinic.dated_rows if part.first <= day <= part.last]


def counted(rows: list[Appointment], clinic: ClinicProfile) -> AttendanceCounts:
    limit = timedelta(hours=clinic.cancellation_hours)
    cancelled = [row for row in rows if row.status == Status.CANCELLED]
    late = [
        row for row in cancelled if row.cancelled_at and row.starts_at - row.cancelled_at < limit
    ]
    paid = [row.price for row in rows if kept(row) and row.currency == "USD"]
    return AttendanceCounts(
        kept=sum(kept(row) for row in rows),
        missed=sum(row.status == Status.NO_SHOW for row in rows),
        late=len(late),
        early=len(cancelled) - len(late),
        income=sum(paid, Decimal(0)),
    )


@pytest.mark.parametrize("step", PeriodUnit)
def test_attendance_of_each_piece(clinic: ClinicProfile, step: PeriodUnit) -> None:
    period = period_of(clinic, step)

    found = compute_attendance(period, clinic)

    assert found.parts == [counted(rows_on(clinic, part), clinic) for part in period.parts()]
    assert found.total == counted(rows_on(clinic, period), clinic)
    assert found.previous == counted(rows_on(clinic, period.previous()), clinic)


def sums(rows: list[Appointment], name: Callable[[Appointment], str]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        found[name(row)] += row.price if row.currency == "USD" else Decimal(0)
    return found


def test_income_by_treatment_and_therapist(clinic: ClinicProfile) -> None:
    period = period_of(clinic)
    now = [row for row in rows_on(clinic, period) if kept(row)]
    before = [row for row in rows_on(clinic, period.previous()) if kept(row)]

    found = compute_income(period, clinic)

    for earned, name in (
        (found.by_treatment, lambda row: row.option.treatment.name),
        (found.by_therapist, lambda row: row.therapist.name),
    ):
        assert {row.name: row.income for row in earned} == sums(now, name)
        assert {row.name: row.income_before for row in earned} == sums(before, name)
        assert {row.name: row.kept for row in earned} == Counter(name(row) for row in now)
        assert [row.income for row in earned] == sorted((o.income for o in earned), reverse=True)


def test_minutes_taken_by_therapist_and_room(clinic: ClinicProfile) -> None:
    period = period_of(clinic)
    now = [row for row in rows_on(clinic, period) if kept(row)]
    before = [row for row in rows_on(clinic, period.previous()) if kept(row)]

    found = compute_occupancy(period)

    for uses, name in (
        (found.therapists, lambda row: row.therapist.name),
        (found.rooms, lambda row: row.room.name),
    ):
        assert {row.name: row.taken for row in uses} == {
            who: 75 * number for who, number in Counter(name(row) for row in now).items()
        }
        assert {row.name: row.taken_before for row in uses} == {
            who: 75 * number for who, number in Counter(name(row) for row in before).items()
        }
        assert {row.share for row in uses} == {None}  # nobody has any hours


@pytest.mark.parametrize("step", PeriodUnit)
def test_new_and_returning_people(clinic: ClinicProfile, step: PeriodUnit) -> None:
    period = period_of(clinic, step)
    first_of: dict[int, date] = {}
    for row in Appointment.objects.order_by("-starts_at"):
        if kept(row):
            first_of[row.patient_id or 0] = row.starts_at.astimezone(clinic.zone).date()

    def expected(part: DateRange) -> tuple[int, int]:
        seen = {row.patient_id for row in rows_on(clinic, part) if kept(row)}
        return len(seen), sum(part.first <= first_of[who or 0] <= part.last for who in seen)

    found = compute_patient_counts(period)

    assert [(part.patients, part.new) for part in found.parts] == [
        expected(part) for part in period.parts()
    ]
    assert (found.total.patients, found.total.new) == expected(period)
    assert (found.previous.patients, found.previous.new) == expected(period.previous())


def test_lead_times(clinic: ClinicProfile) -> None:
    period = period_of(clinic)

    def expected(part: DateRange) -> Counter[int]:
        rows = [row for row in rows_on(clinic, part) if kept(row)]
        pairs = [(row.starts_at, row.booked_at or row.starts_at) for row in rows]
        return Counter((starts_at - booked_at).days for starts_at, booked_at in pairs)

    now, before = lead_times(period)

    assert now.by_days == expected(period)
    assert before.by_days == expected(period.previous())
    ordered = sorted(Counter(now.by_days).elements())
    assert now.median == ordered[(len(ordered) - 1) // 2]
    assert now.between(0, 6) + now.between(7, None) == len(ordered)


def test_busiest_hours(clinic: ClinicProfile) -> None:
    period = period_of(clinic)
    local = [row.starts_at.astimezone(clinic.zone) for row in rows_on(clinic, period) if kept(row)]

    assert count_starts_by_hour(period) == Counter(
        (moment.weekday(), moment.hour) for moment in local
    )
