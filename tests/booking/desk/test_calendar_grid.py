"""The lanes of the calendar, also on days of clock changes."""

from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from booking.access.scope import therapists_with_visible_calendar
from booking.actions.actor import Actor, ActorType
from booking.actions.appointments.ask_patient import ask_patient
from booking.lifecycle import Status
from booking.models import Room, Therapist, Treatment, WeeklyHours
from booking.queries.appointments.calendar_data import shown_therapists
from booking.queries.appointments.calendar_grid import (
    CalendarGrid,
    CalendarLane,
    load_room_grid,
    load_therapist_grid,
    week_dates,
)
from booking.queries.appointments.today import DayAppointment
from booking.queries.appointments.week_table import week_rows
from booking.registries.ledger import settle
from tests.booking.desk.staffed_desk import Desk, name_of, signed_in
from tests.factories import ClosureFactory, PaymentFactory, TimeOffFactory, WeeklyHoursFactory
from tests.html import parse, text_of
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


def words_of(desk: Desk, **query: str) -> str:
    """The text of the calendar of Tuesday, as the front desk reads it."""
    page = signed_in(desk.front).get("/desk/calendar/", {"day": "2026-11-24", **query})
    return text_of(parse(page.content.decode()))


def spans(lane: CalendarLane) -> list[tuple[int, int]]:
    return [(block.row, block.rows) for block in lane.blocks]


def test_a_day_begins_and_ends_with_all_that_is_open(desk: Desk) -> None:
    board = board_of(desk)

    assert [lane.name for lane in board.lanes] == ["Maya", "Daniel"]
    assert board.rows == 8 * HOUR
    assert board.hours == 8
    assert [(piece.row, piece.rows) for piece in board.lanes[0].open] == [(0, 8 * HOUR)]
    assert (board.marks[0].row, board.marks[0].at) == (0, at(9))
    assert len(board.marks) == 8


def test_an_appointment_lies_at_its_time_with_its_turnaround(desk: Desk) -> None:
    desk.booked(at(10, 20))
    lane = board_of(desk).lanes[0]

    assert spans(lane) == [(HOUR + 4, HOUR)]
    after = lane.blocks[0].turnaround
    assert after is not None
    assert (after.row, after.rows) == (2 * HOUR + 4, 3)


def test_what_lies_outside_hours_widens_the_day(desk: Desk) -> None:
    desk.booked(at(20, 30))
    board = board_of(desk)

    assert board.rows == 13 * HOUR  # 9 am to 10 pm
    assert spans(board.lanes[0]) == [(11 * HOUR + 6, HOUR)]


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
        ("Dentist", 5 * HOUR, HOUR),
        ("Meeting", 0, HOUR),  # not open time, but it widens the day
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

    assert (lane.rows, lane.open[0].rows) == (18 * HOUR, 7 * HOUR)  # midnight to six, to 5 pm
    assert spans(lane) == [(5 * HOUR, HOUR)]
    marks = [
        mark.at.astimezone(desk.scene.clinic.zone) for mark in board_of(desk, CLOCKS_GO_BACK).marks
    ]
    assert [f"{mark:%H}" for mark in marks[:4]] == ["00", "01", "01", "02"]


def test_the_day_on_which_clocks_go_forward_has_twenty_three(desk: Desk) -> None:
    open_all_night(desk, CLOCKS_GO_FORWARD)
    desk.booked(at(4, day=CLOCKS_GO_FORWARD))
    board = board_of(desk, CLOCKS_GO_FORWARD)

    assert board.lanes[0].rows == 16 * HOUR
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
    board = board_of(desk, *week_dates(TUESDAY))
    maya, daniel = week_rows(board, [desk.therapist, desk.other])

    assert [name_of(block) for block in maya.lanes[1].blocks] == ["First", "Second"]
    assert (maya.lanes[1].free_minutes, daniel.lanes[1].is_off) == (8 * 60 - 2 * 75, True)
    assert [piece.text for piece in daniel.lanes[1].away] == ["Dentist"]
    assert not daniel.is_off


def test_free_time_is_what_nobody_occupies_from_now_on(desk: Desk) -> None:
    desk.booked(at(10))
    desk.booked(at(11, 25))  # ten minutes after the turnaround: too short to be offered
    free = board_of(desk).lanes[0].free

    assert [(piece.starts_at, piece.ends_at) for piece in free] == [
        (at(9), at(10)),
        (at(12, 40), at(17)),
    ]
    user = desk.front
    later = load_therapist_grid(user, desk.scene.clinic, [desk.therapist], [TUESDAY], at(16, 2))
    assert [piece.starts_at for piece in later.lanes[0].free] == [at(16, 5)]


def test_a_free_time_leads_to_the_page_that_books_it(desk: Desk) -> None:
    page = signed_in(desk.front).get("/desk/calendar/", {"day": "2026-11-24"})
    link = f"/desk/book/?start=2026-11-24T15%3A00%3A00Z&amp;therapist={desk.therapist.slug}"

    assert link in page.content.decode()
    assert "Free, 9:00 am to 5:00 pm" in words_of(desk)


def test_a_day_is_told_in_order_of_time_with_hours_breaks_and_absences(desk: Desk) -> None:
    WeeklyHours.objects.filter(therapist=desk.therapist).delete()
    for start, end in ((9, 12), (13, 17)):
        WeeklyHoursFactory(
            therapist=desk.therapist, weekday=TUESDAY.weekday(), starts=time(start), ends=time(end)
        )
    TimeOffFactory(therapist=desk.therapist, starts_at=at(15), ends_at=at(17), note="Dentist")
    desk.booked(at(9))
    lane = board_of(desk).lanes[0]

    assert [kind for kind, _ in lane.entries] == ["appointment", "free", "break", "free", "away"]
    page = words_of(desk)
    assert "Works 9:00 am to 12:00 pm, 1:00 pm to 3:00 pm" in page
    assert "Break, 12:00 pm to 1:00 pm" in page
    assert "Dentist, 3:00 pm to 5:00 pm" in page


def test_who_does_not_work_is_named_and_has_no_lane(desk: Desk) -> None:
    TimeOffFactory(
        therapist=desk.other, starts_at=at(0), ends_at=at(0) + timedelta(days=1), note="Dentist"
    )
    board = board_of(desk)

    assert [lane.name for lane in board.lanes] == ["Maya"]
    assert [lane.name for lane in board.off] == ["Daniel"]
    page = words_of(desk)
    assert "Not in: Daniel (Dentist)" in page


def test_on_a_day_without_anybody_all_lanes_are_drawn(desk: Desk) -> None:
    ClosureFactory(first_day=TUESDAY, name="Holiday")

    assert [lane.name for lane in board_of(desk).lanes] == ["Maya", "Daniel"]


def test_an_appointment_has_marks_for_what_is_unusual(desk: Desk) -> None:
    paid = desk.booked(at(9, day=MONDAY), status=Status.COMPLETED)
    PaymentFactory(appointment=paid, taken_at=at(10, day=MONDAY))
    settle(desk.booked(at(9), status=Status.COMPLETED))
    desk.booked(at(11), patient=paid.patient)
    [first, second] = board_of(desk).lanes[0].blocks

    assert [mark.text for mark in first.marks] == [
        "Completed", "First visit on file", "Not paid", "Booked online",
    ]  # fmt: skip
    assert [mark.text for mark in second.marks] == ["Health questions to be asked", "Booked online"]


def test_a_visit_that_is_not_charged_is_not_marked_as_unpaid(desk: Desk) -> None:
    """Nobody has written a receipt yet, so the clinic takes payments elsewhere."""
    settle(desk.booked(at(9), status=Status.COMPLETED))
    marks = board_of(desk).lanes[0].blocks[0].marks

    assert "Not paid" not in [mark.text for mark in marks]


@pytest.mark.parametrize(
    ("view", "lanes"), [("day", 2), ("three", 6), ("week", 14), ("table", 2), ("rooms", 2)]
)
def test_each_view_has_an_address_and_a_tab(desk: Desk, view: str, lanes: int) -> None:
    desk.booked(at(10))
    query = {"by": "rooms"} if view == "rooms" else {"view": view}
    page = signed_in(desk.front).get("/desk/calendar/", {"day": "2026-11-24", **query})

    assert page.status_code == 200
    assert len(page.context["grid"].lanes) == lanes
    assert sum(tab.is_current for tab in page.context["tabs"]) == 1


def test_the_table_of_a_day_tells_each_hour(desk: Desk) -> None:
    desk.booked(at(10), patient__name="Ada Reader")
    text = words_of(desk, view="table")

    assert "10:00 am to 11:00 am Ada Reader" in text
    assert "9:00 am to 10:00 am Free, 1 h: book" in text


def test_the_owner_chooses_the_color_of_a_treatment(desk: Desk) -> None:
    row = desk.booked(at(10))
    Treatment.objects.filter(pk=row.option.treatment_id).update(color="plum")
    page = signed_in(desk.front).get("/desk/calendar/", {"day": "2026-11-24"}).content.decode()

    assert "color-plum" in page
    with pytest.raises(IntegrityError, match="treatment_color_known"), transaction.atomic():
        Treatment.objects.update(color="neon")


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
