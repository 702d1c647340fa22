"""Counting the bookings of a guest does not read all guests."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.queries.appointments.guest_bookings import count_upcoming_guest_bookings
from clinic.lib.dates import clock
from tests.factories import AppointmentFactory, PatientFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


@pytest.mark.postgresql
def test_upcoming_bookings_of_an_address_are_counted_in_any_case() -> None:
    AppointmentFactory(patient=PatientFactory(email="Ana@Reader.example"))
    AppointmentFactory(patient=PatientFactory(email="ben@reader.example"))

    assert count_upcoming_guest_bookings("ana@READER.example", clock.now()) == 1


@pytest.mark.skipif(connection.vendor != "sqlite", reason="reads the plan of SQLite")
def test_they_are_found_by_the_index_of_addresses() -> None:
    with CaptureQueriesContext(connection) as captured:
        count_upcoming_guest_bookings("ana@reader.example", clock.now())
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN QUERY PLAN {captured[0]['sql']}")
        plan = str(cursor.fetchall())

    assert "patient_email_lower" in plan
    assert "SCAN" not in plan
