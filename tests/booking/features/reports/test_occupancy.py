"""The occupancy of therapists and rooms."""

from datetime import UTC, date, datetime, time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.features.reports.queries.occupancy import Utilization, compute_occupancy
from booking.features.reports.queries.period import ReportPeriod
from booking.lifecycle import Status
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]
MONDAY = datetime(2026, 11, 23, tzinfo=UTC)


def the_week() -> ReportPeriod:
    clinic = make.ClinicProfileFactory()
    return ReportPeriod(date(2026, 11, 23), date(2026, 11, 29), clinic.zone)


def test_turnaround_counts_and_a_cancelled_appointment_does_not() -> None:
    week = the_week()
    hours = make.WeeklyHoursFactory(starts=time(9), ends=time(17))
    room = make.RoomFactory()
    for hour, status in ((16, Status.COMPLETED), (18, Status.BOOKED), (20, Status.CANCELLED)):
        make.AppointmentFactory(
            therapist=hours.therapist, room=room, starts_at=MONDAY.replace(hour=hour), status=status
        )

    found = compute_occupancy(week)

    assert found.therapists == [Utilization(hours.therapist.name, 150, 480, 0, 480)]
    assert found.rooms == [Utilization(room.name, 150, 480, 0, 480)]


def test_closures_and_time_off_reduce_the_open_time() -> None:
    week = the_week()
    hours = make.WeeklyHoursFactory(starts=time(9), ends=time(17))
    make.ClosureFactory(first_day=date(2026, 11, 23), starts=time(9), ends=time(10))
    make.TimeOffFactory(
        therapist=hours.therapist,
        starts_at=MONDAY.replace(hour=21),
        ends_at=MONDAY.replace(hour=23),
    )

    assert compute_occupancy(week).therapists == [Utilization(hours.therapist.name, 0, 300, 0, 480)]


def test_a_room_is_open_whenever_anybody_works() -> None:
    week = the_week()
    room = make.RoomFactory()
    make.RoomFactory(is_active=False)
    make.WeeklyHoursFactory(starts=time(9), ends=time(13))
    make.WeeklyHoursFactory(starts=time(12), ends=time(16))

    assert compute_occupancy(week).rooms == [Utilization(room.name, 0, 420, 0, 420)]


def test_the_query_count_does_not_depend_on_therapists_and_rooms() -> None:
    week = the_week()

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            compute_occupancy(week)
        return len(found)

    make.AppointmentFactory()
    one = queries()
    make.AppointmentFactory.create_batch(3)

    assert queries() == one == 12
