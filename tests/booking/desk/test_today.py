"""The page Today: arrived, due, later and finished appointments, and gaps. It is Monday noon."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.lifecycle import Override, Status
from booking.models import Appointment, Notification, Patient
from booking.queries.appointments.today import (
    DayAppointment,
    DeskDay,
    Flag,
    Gap,
    load_day,
    undelivered_notifications,
)
from tests.booking.desk.staffed_desk import Desk, completed_before, name_of, patient_of
from tests.factories import NotificationFactory, PaymentFactory
from tests.scene import at

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

MONDAY, SUNDAY = date(2026, 11, 23), date(2026, 11, 22)


def day_of(desk: Desk, who: str = "maya", *, gaps: bool = False) -> DeskDay:
    now = at(12, day=MONDAY)
    only = desk.therapist if gaps else None
    return load_day(getattr(desk, who), desk.scene.clinic, MONDAY, now, therapist=only)


def names(rows: Sequence[DayAppointment | Gap]) -> list[str]:
    return [name_of(row) for row in rows if isinstance(row, DayAppointment)]


def test_today_is_divided_into_here_due_later_and_done(desk: Desk) -> None:
    for hour, minute, name, status in (
        (9, 0, "Done", Status.COMPLETED),
        (10, 15, "Missed", Status.NO_SHOW),
        (10, 30, "Here", Status.ARRIVED),
        (11, 50, "Due", Status.BOOKED),
        (14, 0, "Later", Status.BOOKED),
        (15, 30, "Gone", Status.CANCELLED),
    ):
        start = at(hour, minute, day=MONDAY)
        desk.booked(start, patient__name=name, status=status, cancelled_at=at(9, day=MONDAY))
    day = day_of(desk)

    assert names(day.arrived) == ["Here"]
    assert names(day.due_now) == ["Due"]
    assert names(day.expected_later) == ["Later"]
    assert names(day.finished) == ["Done", "Missed", "Gone"]
    assert day.expected_count == 2


def test_only_today_by_the_clinics_clock(desk: Desk) -> None:
    desk.booked(at(23, day=SUNDAY), patient__name="Yesterday")
    desk.booked(at(23, 30, day=MONDAY), patient__name="Tonight")
    desk.booked(at(0, 50), patient__name="Tomorrow")

    assert names(day_of(desk).expected_later) == ["Tonight"]


def test_unusual_appointments_have_flags(desk: Desk) -> None:
    desk.booked(at(11, 48, day=MONDAY), patient__name="Late", override=Override.OUTSIDE_HOURS)
    desk.booked(at(10, 30, day=MONDAY), status=Status.ARRIVED, patient__name="Over")
    day = day_of(desk)

    (late,), (over,) = day.due_now, day.arrived
    assert late.flags == [
        Flag("12 minutes late", needs_attention=True),
        Flag("First visit on file"),
        Flag("Outside working hours"),
    ]
    assert over.flags == [
        Flag("30 minutes over", needs_attention=True),
        Flag("First visit on file"),
    ]


def test_lateness_counts_from_the_start_and_overrunning_from_the_end(desk: Desk) -> None:
    desk.booked(at(11, 48, day=MONDAY), patient__name="Late")
    desk.booked(at(10, 30, day=MONDAY), status=Status.ARRIVED, patient__name="Over")
    day = day_of(desk)

    assert [(row.minutes_late, row.minutes_overtime) for row in (*day.due_now, *day.arrived)] == [
        (12, 0),
        (0, 30),
    ]


def test_two_minutes_are_not_late(desk: Desk) -> None:
    desk.booked(at(11, 58, day=MONDAY))

    assert day_of(desk).due_now[0].minutes_late == 0


def test_a_first_visit_is_one_without_an_earlier_completed_one(desk: Desk) -> None:
    known = desk.booked(at(14, day=MONDAY), patient__name="Known")
    completed_before(known)
    desk.booked(at(16, day=MONDAY), patient__name="New")

    rows = [row for row in day_of(desk).expected_later if isinstance(row, DayAppointment)]
    assert [(name_of(row), row.is_first_visit) for row in rows] == [
        ("Known", False),
        ("New", True),
    ]


def test_the_amount_due_is_the_price_less_payments(desk: Desk) -> None:
    row = desk.booked(at(10, 30, day=MONDAY), status=Status.ARRIVED)
    PaymentFactory(appointment=row, amount=Decimal("50.00"))
    PaymentFactory(appointment=row, amount=Decimal("10.00"))

    assert day_of(desk).arrived[0].amount_due == Decimal("25.00")


def test_gaps_are_open_time_from_now_on_without_turnaround(desk: Desk) -> None:
    desk.booked(at(13, day=MONDAY))
    desk.booked(at(14, 25, day=MONDAY))
    gaps = [row for row in day_of(desk, gaps=True).expected_later if isinstance(row, Gap)]

    assert [(gap.starts_at, gap.ends_at) for gap in gaps] == [
        (at(12, day=MONDAY), at(13, day=MONDAY)),
        (at(15, 40, day=MONDAY), at(17, day=MONDAY)),
    ]
    assert gaps[0].minutes == 60


def test_a_patients_note_is_shown_only_to_the_treating_therapist(desk: Desk) -> None:
    desk.booked(at(14, day=MONDAY), patient_note="left knee")

    assert [row.patient_note for row in day_of(desk, "maya").expected_later] == ["left knee"]  # type: ignore[union-attr]
    for other in ("front", "owner"):
        assert [row.patient_note for row in day_of(desk, other).expected_later] == [""]  # type: ignore[union-attr]


def failed_mail(appointment: Appointment, **more: object) -> Notification:
    values = {"status": "failed", "to_email": patient_of(appointment).email} | more
    return NotificationFactory(appointment=appointment, **values)


def test_undeliverable_mails_are_listed_once_for_each_upcoming_appointment(
    desk: Desk, frozen_clock: datetime
) -> None:
    first = desk.booked(at(14))
    failed_mail(first)
    newest = failed_mail(first)
    failed_mail(desk.booked(at(10, day=SUNDAY)))
    failed_mail(desk.booked(at(16)), status="waiting")
    failed_mail(desk.booked(at(9)), to_email="maya@clinic.example")

    assert undelivered_notifications(desk.front, frozen_clock) == [newest]


def test_a_therapist_sees_undeliverable_mails_of_own_patients_only(
    desk: Desk, frozen_clock: datetime
) -> None:
    failed_mail(desk.booked(at(14), desk.other))

    assert undelivered_notifications(desk.maya, frozen_clock) == []
    assert len(undelivered_notifications(desk.daniel, frozen_clock)) == 1


@pytest.mark.parametrize("rows", [1, 6])
def test_the_query_count_does_not_depend_on_the_day(desk: Desk, rows: int) -> None:
    for number in range(rows):
        desk.booked(at(9, day=MONDAY) + timedelta(minutes=75 * number))
    day_of(desk)
    with CaptureQueriesContext(connection) as queries:
        day = day_of(desk, gaps=True)

    assert len(day.due_now) + len(day.expected_later) >= rows - 1
    assert len(queries) == 5
    assert Patient.objects.count() == rows
