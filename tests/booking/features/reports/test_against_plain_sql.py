"""The figures of a period, compared with independently written SQL."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection

from booking.features.reports.queries.attendance import compute_attendance
from booking.features.reports.queries.income import compute_income
from booking.features.reports.queries.occupancy import compute_occupancy
from booking.features.reports.queries.patients import compute_patient_counts
from booking.features.reports.queries.period import PeriodUnit, ReportPeriod
from tests.booking.features.reports.random_rows import create_random_rows

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

KEPT = "a.status IN ('booked', 'arrived', 'completed')"
WITHIN = "a.starts_at >= %s AND a.starts_at < %s"
ATTENDANCE = f"""
    SELECT SUM(CASE WHEN {KEPT} THEN 1 ELSE 0 END),
           SUM(CASE WHEN a.status = 'no_show' THEN 1 ELSE 0 END),
           SUM(CASE WHEN a.status = 'cancelled' THEN 1 ELSE 0 END),
           SUM(CASE WHEN {KEPT} AND a.currency = 'USD' THEN a.price ELSE 0 END)
    FROM booking_appointment a WHERE {WITHIN}"""
INCOME = f"""
    SELECT t.name, COUNT(*), SUM(CASE WHEN a.currency = 'USD' THEN a.price ELSE 0 END)
    FROM booking_appointment a
    JOIN booking_option o ON o.id = a.option_id
    JOIN booking_treatment t ON t.id = o.treatment_id
    WHERE {KEPT} AND {WITHIN} GROUP BY t.name"""
ROOMS = f"""
    SELECT r.name, COUNT(*) FROM booking_appointment a JOIN booking_room r ON r.id = a.room_id
    WHERE {KEPT} AND {WITHIN} GROUP BY r.name"""
PEOPLE = f"""
    SELECT COUNT(DISTINCT a.patient_id) FROM booking_appointment a WHERE {KEPT} AND {WITHIN}"""
NEW = f"""
    SELECT COUNT(*) FROM (
        SELECT a.patient_id FROM booking_appointment a
        WHERE {KEPT} GROUP BY a.patient_id
        HAVING MIN(a.starts_at) >= %s AND MIN(a.starts_at) < %s) first_visits"""


def ask(statement: str, period: ReportPeriod) -> list[tuple[Any, ...]]:
    edges = (period.starts_at, period.ends_at)
    with connection.cursor() as cursor:
        cursor.execute(
            statement, [connection.ops.adapt_datetimefield_value(edge) for edge in edges]
        )
        return list(cursor.fetchall())


def cents(amount: object) -> Decimal:
    """SQLite adds prices up as floats."""
    return round(Decimal(str(amount)), 2)


@pytest.mark.parametrize("zone", ["America/Chicago", "Australia/Lord_Howe"])
def test_the_reports_match_plain_sql(zone: str) -> None:
    clinic = create_random_rows(datetime(2025, 5, 1, tzinfo=UTC), 600, zone, seed=7)
    period = ReportPeriod(date(2026, 3, 1), date(2026, 11, 15), clinic.zone, PeriodUnit.MONTH)

    total, seen = compute_attendance(period, clinic).total, compute_patient_counts(period).total
    ((kept, missed, cancelled, earned),) = ask(ATTENDANCE, period)

    assert (total.kept, total.missed, total.late + total.early) == (kept, missed, cancelled)
    assert total.income == cents(earned)
    assert {
        (row.name, row.kept, row.income) for row in compute_income(period, clinic).by_treatment
    } == {(name, number, cents(amount)) for name, number, amount in ask(INCOME, period)}
    assert {(row.name, row.taken) for row in compute_occupancy(period).rooms} == {
        (name, 75 * number) for name, number in ask(ROOMS, period)
    }
    assert (seen.patients, seen.new) == (ask(PEOPLE, period)[0][0], ask(NEW, period)[0][0])
