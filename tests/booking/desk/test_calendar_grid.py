"""The lanes of the calendar, also on days of clock changes."""

from datetime import date, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.access.scope import therapists_with_visible_calendar
from booking.actions.actor import Actor, ActorType
from booking.actions.appointments.ask_patient import ask_patient
from booking.lifecycle import Status
from booking.models import Room, Therapist
from booking.queries.appointments.calendar_data import load_calendar_data, shown_therapists
from booking.queries.appointments.calendar_grid import (
    CalendarGrid,
    CalendarLane,
    load_room_grid,
    load_therapist_grid,
    week_dates,
)
from booking.queries.appointments.today import DayAppointment
from booking.queries.appointments.week_table import roster_cells
from tests.booking.desk.staffed_desk import Desk, name_of, signed_in
from tests.factories import ClosureFactory, TimeOffFactory, WeeklyHoursFactory
from tests.scene import at

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

MONDAY, TUESDAY = date(2026, 11, 23), date(2026, 11, 24)
CLOCKS_GO_BACK, CLOCKS_GO_FORWARD = date(2026, 11, 1), date(2027, 3, 14)
HOUR = 12
"""Rows."""


def board_of(desk: Desk, *days: date, who: str = "front") -> CalendarGrid:
    user = getattr(desk, who)
    therapists = shown_therapists(user, desk.scene.clinic, days or [TUESDAY])
    return load_therapist_grid(
        user, desk.scene.clinic, therapists, days or [TUESDAY], at(12, day=MONDAY)
    )


def spans(lane: CalendarLane) -> list[tuple[int, int]]:
    return [(block.row, block.rows) for block in lane.blocks]


def test_a_day_begins_an_hour_before_all_that_is_open_and_ends_an_hour_after(desk: Desk) -> None:
    board = board_of(desk)

    assert [lane.name for lane in board.lanes] == ["Maya", "Daniel"]
    assert board.rows == 10 * HOUR
    assert [(piece.row, piece.rows) for piece in board.lanes[0].open] == [(HOUR, 8 * HOUR)]
    assert (board.marks[0].row, board.marks[0].at) == (0, at(8))
    assert len(board.marks) == 10


def test_an_appointment_lies_at_its_time_with_its_turnaround(desk: Desk) -> None:
    desk.booked(at(10, 20))
    lane = board_of(desk).lanes[0]

    assert spans(lane) == [(2 * HOUR + 4, HOUR)]
    after = lane.blocks[0].turnaround
    assert after is not None
    assert (after.row, after.rows) == (3 * HOUR + 4, 3)


def test_what_lies_outside_hours_widens_the_day(desk: Desk) -> None:
    desk.booked(at(20, 30))
    board = board_of(desk)

    assert board.rows == 15 * HOUR  # 8 am to 11 pm
    assert spans(board.lanes[0]) == [(12 * HOUR + 6, HOUR)]


def test_cancelled_and_missed_appointments_are_not_in_the_grid(desk: Desk) -> None:
    gone = desk.booked(at(10), status=Status.CANCELLED, cancelled_at=at(9, day=MONDAY))
    desk.booked(at(10), patient__name="In their place")
    board = board_of(desk)

    assert len(board.lanes[0].blocks) == 1
    assert list(board.cancelled_or_missed) == [gone]


def test_a_hold_is_drawn_without_a_name(desk: Desk) -> None:
    desk.scene.hold(at(14), desk.therapist)

    assert [block.appointment.status for block in board_of(desk).lanes[0].blocks] == ["hold"]
    assert board_of(desk, who="daniel").lanes[0].blocks == []


def test_an_appointment_and_the_time_proposed_for_it_share_the_lane_where_they_overlap(
    desk: Desk,
) -> None:
    row, other = desk.booked(at(10)), desk.booked(at(14))
    ask_patient(row, start=at(10, 30), by=Actor(ActorType.STAFF))
    ask_patient(other, start=at(15), by=Actor(ActorType.STAFF))  # when only the room is cleaned
    blocks = board_of(desk).lanes[0].blocks
    page = signed_in(desk.front).get("/desk/calendar/", {"day": "2026-11-24"})

    assert [(block.appointment.status, block.half) for block in blocks] == [
        ("booked", "first"),
        ("hold", "second"),
        ("booked", ""),
        ("hold", ""),
    ]
    assert page.content.decode().count("Patient asked") == 2


def test_time_off_and_closures_are_drawn_with_what_they_are(desk: Desk) -> None:
    TimeOffFactory(therapist=desk.therapist, starts_at=at(14), ends_at=at(15), note="Dentist")
    ClosureFactory(first_day=TUESDAY, name="Meeting", starts=time(9), ends=time(10))
    maya, daniel = board_of(desk).lanes

    assert [(piece.text, piece.row, piece.rows) for piece in maya.away] == [
        ("Dentist", 5 * HOUR, HOUR),  # the day begins at nine: the closure is not open time
        ("Meeting", 0, HOUR),
    ]
    assert [piece.text for piece in daniel.away] == ["Meeting"]


def test_a_room_has_a_lane_with_all_its_appointments(desk: Desk) -> None:
    desk.booked(at(10))
    desk.booked(at(12), desk.other, room=desk.scene.rooms[0])
    therapists = list(therapists_with_visible_calendar(desk.front))
    board = load_room_grid(desk.front, desk.scene.clinic, therapists, TUESDAY, at(12, day=MONDAY))

    assert [len(lane.blocks) for lane in board.lanes] == [2, 0]


def switch_off(row: Therapist | Room) -> None:
    """Set it inactive in the database, not by the action that resolves its appointments."""
    type(row)._default_manager.filter(pk=row.pk).update(is_active=False)


def test_a_therapist_who_is_switched_off_keeps_a_lane_where_they_are_booked(desk: Desk) -> None:
    desk.booked(at(10))
    switch_off(desk.therapist)
    maya, daniel = board_of(desk).lanes

    assert (maya.name, len(maya.blocks), maya.takes_bookings) == ("Maya", 1, False)
    assert (maya.open, daniel.takes_bookings) == ([], True)
    assert [lane.name for lane in board_of(desk, MONDAY).lanes] == ["Daniel"]
    assert [lane.name for lane in board_of(desk, who="maya").lanes] == ["Maya"]
    assert board_of(desk, who="daniel").lanes[0].name == "Daniel"


def test_a_cancelled_appointment_keeps_no_lane(desk: Desk) -> None:
    desk.booked(at(10), status=Status.CANCELLED, cancelled_at=at(9, day=MONDAY))
    switch_off(desk.therapist)

    assert [lane.name for lane in board_of(desk).lanes] == ["Daniel"]


def test_a_room_out_of_use_keeps_a_lane_where_it_is_booked(desk: Desk) -> None:
    desk.booked(at(10))
    for room in desk.scene.rooms:
        switch_off(room)
    therapists = shown_therapists(desk.front, desk.scene.clinic, [TUESDAY])
    board = load_room_grid(desk.front, desk.scene.clinic, therapists, TUESDAY, at(12, day=MONDAY))

    assert [(len(lane.blocks), lane.open, lane.takes_bookings) for lane in board.lanes] == [
        (1, [], False)
    ]


@pytest.mark.parametrize("view", ["day", "week"])
def test_pages_show_the_appointments_of_a_therapist_who_is_switched_off(
    desk: Desk, view: str
) -> None:
    desk.booked(at(10), patient__name="Ada Reader")
    switch_off(desk.therapist)
    page = signed_in(desk.front).get("/desk/calendar/", {"day": "2026-11-24", "view": view})

    assert "Ada" in page.content.decode()
    assert ("takes no more bookings" in page.content.decode()) == (view == "day")


def test_today_offers_a_therapist_who_is_switched_off_but_booked_without_free_time(
    desk: Desk,
) -> None:
    desk.booked(at(16, day=MONDAY), patient__name="Ada Reader")
    switch_off(desk.therapist)
    front = signed_in(desk.front)
    page = front.get("/desk/", {"therapist": desk.therapist.slug})

    assert page.context["chosen_therapist"] == desk.therapist
    assert [type(row) for row in page.context["desk_day"].expected_later] == [DayAppointment]


def test_a_week_of_one_therapist_is_seven_lanes(desk: Desk) -> None:
    desk.booked(at(10))
    desk.booked(at(16, day=date(2026, 11, 29)))
    board = board_of(desk, *week_dates(TUESDAY), who="maya")

    assert [len(lane.blocks) for lane in board.lanes] == [0, 1, 0, 0, 0, 0, 1]
    assert board.lanes[0].now is not None
    assert board.lanes[1].now is None


def open_all_night(desk: Desk, day: date) -> None:
    """From midnight to six."""
    for therapist in desk.scene.therapists:
        WeeklyHoursFactory(therapist=therapist, weekday=day.weekday(), starts=time(0), ends=time(6))


def test_the_day_on_which_clocks_go_back_has_twenty_five_hours(desk: Desk) -> None:
    open_all_night(desk, CLOCKS_GO_BACK)
    desk.booked(at(4, day=CLOCKS_GO_BACK))
    board = board_of(desk, CLOCKS_GO_BACK)
    lane = board.lanes[0]

    assert (lane.rows, lane.open[0].rows) == (19 * HOUR, 7 * HOUR)  # midnight to six, to 6 pm
    assert spans(lane) == [(5 * HOUR, HOUR)]
    marks = [
        mark.at.astimezone(desk.scene.clinic.zone) for mark in board_of(desk, CLOCKS_GO_BACK).marks
    ]
    assert [f"{mark:%H}" for mark in marks[:4]] == ["00", "01", "01", "02"]


def test_the_day_on_which_clocks_go_forward_has_twenty_three(desk: Desk) -> None:
    open_all_night(desk, CLOCKS_GO_FORWARD)
    desk.booked(at(4, day=CLOCKS_GO_FORWARD))
    board = board_of(desk, CLOCKS_GO_FORWARD)

    assert board.lanes[0].rows == 17 * HOUR
    assert spans(board.lanes[0]) == [(3 * HOUR, HOUR)]
    marks = [mark.at.astimezone(desk.scene.clinic.zone) for mark in board.marks]
    assert [f"{mark:%H}" for mark in marks[:3]] == ["00", "01", "03"]


def test_in_a_week_the_day_of_a_clock_change_has_its_own_hours(desk: Desk) -> None:
    open_all_night(desk, CLOCKS_GO_BACK)
    lanes = board_of(desk, *week_dates(CLOCKS_GO_BACK), who="maya").lanes

    assert [bool(lane.own_marks) for lane in lanes] == [False] * 6 + [True]
    assert lanes[6].rows == lanes[0].rows + HOUR


def test_what_runs_past_midnight_is_drawn_on_both_days(desk: Desk) -> None:
    desk.booked(at(23, 30))
    lanes = board_of(desk, TUESDAY, TUESDAY + timedelta(days=1), who="maya").lanes

    assert spans(lanes[0]) == [(23 * HOUR + 6, 6)]
    assert spans(lanes[1]) == [(0, 6)]


def test_the_week_of_all_therapists_shows_appointments_hours_and_absences(desk: Desk) -> None:
    desk.booked(at(14), patient__name="Second")
    desk.booked(at(10), patient__name="First")
    TimeOffFactory(
        therapist=desk.other, starts_at=at(0), ends_at=at(0) + timedelta(days=1), note="Dentist"
    )
    therapists, days = list(therapists_with_visible_calendar(desk.front)), week_dates(TUESDAY)
    loaded = load_calendar_data(desk.front, desk.scene.clinic, therapists, days, at(12, day=MONDAY))
    maya, daniel = roster_cells(loaded, therapists, days)

    assert [name_of(row) for row in maya[1].appointments] == ["First", "Second"]
    assert (maya[1].works, daniel[1].works, daniel[1].away) == (True, False, "Dentist")


@pytest.mark.parametrize("rows", [1, 6])
def test_the_query_count_is_fixed(desk: Desk, rows: int) -> None:
    for number in range(rows):
        desk.booked(at(9) + timedelta(minutes=75 * number), desk.scene.therapists[number % 2])
    board_of(desk)
    with CaptureQueriesContext(connection) as queries:
        board = board_of(desk)
    drawn = [name_of(block) for lane in board.lanes for block in lane.blocks]

    assert len(drawn) == rows
    assert len(queries) == 9  # with the therapists
