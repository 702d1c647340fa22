"""Moving in the calendar: by mouse, finger and key; refused kindly; left alone if cancelled."""

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

import pytest
from playwright.sync_api import CDPSession, Locator, Page, expect

from tests.browser.axe import axe_violations
from tests.browser.conftest import OpenDesk
from tests.browser.desk import COUNTER, FRONT, MAYA, PHONE, THERAPIST
from tests.browser.steps import wait_for_condition
from tests.servers.site import Site

pytestmark = pytest.mark.browser

HOUR = 12
"""Rows."""
WHERE = """(link) => {
  const number = (one, kind) => Number(one.className.match(`\\\\b${kind}(\\\\d+)\\\\b`)[1]);
  return [link.closest("[data-lane]").dataset.lane, number(link.parentElement, "s")];
}"""
FREE_ROW = """([slug, rows]) => {
  const lane = document.querySelector(`[data-lane="${slug}"]`);
  if (!lane) return null; // does not work on that day
  const number = (one, kind) => Number(one.className.match(`\\\\b${kind}(\\\\d+)\\\\b`)[1]);
  const span = (one) => [number(one, "s"), number(one, "s") + number(one, "d")];
  const open = [...lane.querySelectorAll(".open-hours")].map(span);
  const busy = [...lane.querySelectorAll(".block, .turnaround")].map(span);
  for (const [start, end] of open)
    for (let row = Math.ceil(start / 3) * 3; row + rows <= end; row += 3)
      if (!busy.some(([from, to]) => row < to && from < row + rows)) return row;
  return null;
}"""
DAYS = count(1)


@dataclass
class Board:
    """A day of the calendar with an appointment of Maya's to be moved, and a free place for it."""

    page: Page
    desk: Site
    day: date
    name: str
    free: int

    @property
    def link(self) -> Locator:
        return self.page.locator("[data-lane=maya-lindqvist] a[data-minute]", has_text=self.name)

    def starts(self) -> list[tuple[object, ...]]:
        """Where every appointment of that day is, in the database."""
        return self.desk.sql(
            "SELECT id, starts_at, therapist_id, room_id FROM booking_appointment "
            "WHERE date(starts_at, '-6 hours') = ? ORDER BY id",
            str(self.day),
        )

    def middle(self, row: int, slug: str = "maya-lindqvist") -> tuple[float, float]:
        """Where a row of a lane is in the window."""
        grid = self.page.locator(f"[data-lane={slug}] .lane-grid-lines")
        box = grid.bounding_box()
        rows = int(grid.evaluate("(one) => one.firstElementChild.className.match(/d(\\d+)/)[1]"))
        assert box is not None
        return box["x"] + box["width"] / 2, box["y"] + (row + 0.5) * box["height"] / rows


def open_board(page: Page, desk: Site) -> Board:
    """A fresh day for every test: one on which Maya works and somebody comes."""
    while True:
        day = date(2026, 11, 29) + timedelta(days=next(DAYS))
        page.goto(f"/desk/calendar/?day={day}")
        links = page.locator("[data-lane=maya-lindqvist] a[data-minute]")
        free = page.evaluate(FREE_ROW, ["maya-lindqvist", 2 * HOUR])
        if links.count() and free is not None:
            name = str(links.first.evaluate("(one) => one.firstElementChild.nextSibling.data"))
            return Board(page, desk, day, name.strip(), free)


def grab(board: Board) -> tuple[float, float]:
    """The point at the top of the block, where it is picked up."""
    board.link.scroll_into_view_if_needed()
    box = board.link.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + 4


def drag(board: Board, row: int, slug: str = "maya-lindqvist") -> None:
    x, y = grab(board)
    board.page.mouse.move(x, y)
    board.page.mouse.down()
    board.page.mouse.move(x, y + 12, steps=3)
    to_x, to_y = board.middle(row, slug)
    board.page.mouse.move(to_x, to_y, steps=8)
    board.page.mouse.up()


def test_an_appointment_is_dragged_reviewed_and_moved(open_desk: OpenDesk, desk: Site) -> None:
    board = open_board(open_desk(FRONT, (1440, 2200)), desk)
    before = board.starts()
    drag(board, board.free)
    dialog = board.page.get_by_role("dialog")
    expect(dialog.get_by_role("heading", name=f"Move {board.name}?")).to_be_visible()
    assert axe_violations(board.page) == []
    assert board.starts() == before
    dialog.get_by_role("button", name="Move it").click()
    expect(board.page.get_by_text(f"{board.name} is now booked for")).to_be_visible()

    changed = [old for old, new in zip(before, board.starts(), strict=True) if old != new]
    assert len(changed) == 1
    assert board.page.url.endswith(f"?day={board.day}")
    assert board.link.evaluate(WHERE) == ["maya-lindqvist", board.free]


def test_dropping_on_another_appointment_is_explained_and_moves_nothing(
    open_desk: OpenDesk, desk: Site
) -> None:
    page = open_desk(FRONT, (1440, 2200))
    board = open_board(page, desk)
    while page.locator("[data-lane=maya-lindqvist] a[data-minute]").count() < 2:
        board = open_board(page, desk)
    before = board.starts()
    other = page.locator("[data-lane=maya-lindqvist] .block").nth(1)
    row = int(other.evaluate("(one) => one.className.match(/\\bs(\\d+)/)[1]"))
    drag(board, row)
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("alert")).to_contain_text("Nothing was changed")
    expect(dialog.get_by_role("alert")).to_contain_text("is booked from")
    dialog.get_by_role("button", name="All right").click()

    expect(page.locator(".drag-preview")).to_have_count(0)
    assert board.starts() == before


def test_an_appointment_is_moved_with_the_keyboard_alone(open_desk: OpenDesk, desk: Site) -> None:
    board = open_board(open_desk(FRONT, COUNTER), desk)
    page, keys = board.page, board.page.keyboard
    _, row = board.link.evaluate(WHERE)
    board.link.focus()
    keys.press("Space")
    expect(page.locator("[data-status]")).to_contain_text(f"Picked up {board.name}")
    for _ in range(abs(board.free - row) // 3):
        keys.press("ArrowDown" if board.free > row else "ArrowUp")
    keys.press("Enter")
    button = page.get_by_role("dialog").get_by_role("button", name="Move it")
    expect(button).to_be_focused()
    keys.press("Enter")
    expect(page.get_by_text(f"{board.name} is now booked for")).to_be_visible()

    assert board.link.evaluate(WHERE) == ["maya-lindqvist", board.free]


def test_escape_cancels_the_move_and_keeps_the_focus(open_desk: OpenDesk, desk: Site) -> None:
    board = open_board(open_desk(FRONT, COUNTER), desk)
    page, before = board.page, board.starts()
    board.link.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    expect(page.locator(".drag-preview")).to_have_count(1)
    page.keyboard.press("Escape")

    expect(page.locator(".drag-preview")).to_have_count(0)
    expect(page.locator("[data-status]")).to_have_text("Left where it is.")
    expect(board.link).to_be_focused()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(board.link).to_be_focused()
    assert board.starts() == before


def test_enter_opens_the_appointment(open_desk: OpenDesk, desk: Site) -> None:
    board = open_board(open_desk(FRONT, COUNTER), desk)
    board.link.press("Enter")

    expect(board.page.get_by_role("heading", level=1)).to_have_text(board.name)


def touch(session: CDPSession, kind: str, *points: tuple[float, float]) -> None:
    session.send(
        "Input.dispatchTouchEvent",
        {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]},
    )


def long_press(board: Board) -> tuple[CDPSession, tuple[float, float]]:
    session = board.page.context.new_cdp_session(board.page)
    point = grab(board)
    touch(session, "touchStart", point)
    expect(board.page.locator(".drag-preview")).to_have_count(1)
    return session, point


def test_an_appointment_is_moved_by_touch_after_a_long_press(
    open_desk: OpenDesk, desk: Site
) -> None:
    page = open_desk(MAYA, (390, 1900), has_touch=True, is_mobile=True)
    board = open_board(page, desk)
    session, (x, y) = long_press(board)
    to_x, to_y = board.middle(board.free)
    for part in range(1, 9):
        touch(session, "touchMove", (x + (to_x - x) * part / 8, y + (to_y - y) * part / 8))
    touch(session, "touchEnd")
    page.get_by_role("dialog").get_by_role("button", name="Move it").tap()
    expect(page.get_by_text(f"{board.name} is now booked for")).to_be_visible()

    assert board.link.evaluate(WHERE) == ["maya-lindqvist", board.free]


def test_a_cancelled_touch_moves_nothing(open_desk: OpenDesk, desk: Site) -> None:
    page = open_desk(MAYA, PHONE, has_touch=True, is_mobile=True)
    board = open_board(page, desk)
    before = board.starts()
    session, (x, y) = long_press(board)
    touch(session, "touchMove", (x, y + 60))
    touch(session, "touchCancel")

    expect(page.locator(".drag-preview")).to_have_count(0)
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert board.starts() == before


def test_a_short_touch_opens_and_a_swipe_scrolls(open_desk: OpenDesk, desk: Site) -> None:
    page = open_desk(MAYA, PHONE, has_touch=True, is_mobile=True)
    board = open_board(page, desk)
    session = page.context.new_cdp_session(page)
    x, y = grab(board)
    above = page.evaluate("scrollY")
    touch(session, "touchStart", (x, y))
    for part in range(1, 6):
        touch(session, "touchMove", (x, y + 30 * part))
    touch(session, "touchEnd")
    expect(page.locator(".drag-preview")).to_have_count(0)
    wait_for_condition(page, f"scrollY < {above} || {above} === 0")
    board.link.tap()

    expect(page.get_by_role("heading", level=1)).to_have_text(board.name)


def test_the_hour_labels_align_with_their_rows(open_desk: OpenDesk, desk: Site) -> None:
    for address in ("/desk/calendar/", "/desk/calendar/?view=week&therapist=maya-lindqvist"):
        page = open_desk(FRONT, COUNTER)
        page.goto(address)
        apart = page.evaluate(
            """() => {
              const top = (one) => one.getBoundingClientRect().top;
              const ticks = top(document.querySelector(".ticks .s12"));
              return [...document.querySelectorAll(".lane-grid-lines")].map((lane) => {
                const row = lane.firstElementChild.getBoundingClientRect();
                const rows = Number(lane.firstElementChild.className.match(/d(\\d+)/)[1]);
                return Math.abs(row.top + 12 * row.height / rows - ticks);
              });
            }"""
        )
        assert max(apart) < 1


def test_a_click_on_free_time_opens_a_booking_at_that_time(open_desk: OpenDesk, desk: Site) -> None:
    board = open_board(open_desk(FRONT, (1440, 2200)), desk)
    board.page.mouse.click(*board.middle(board.free))
    expect(board.page.get_by_role("heading", name="Book for somebody")).to_be_visible()

    expect(board.page.locator("#id_therapist")).to_have_value("maya-lindqvist")
    expect(board.page.locator("#id_day")).to_have_value(str(board.day))
    assert THERAPIST in board.page.locator("#id_therapist").inner_text()


def test_there_are_no_animations_with_reduced_motion(open_desk: OpenDesk, desk: Site) -> None:
    board = open_board(open_desk(FRONT, COUNTER, reduced_motion="reduce"), desk)
    board.link.focus()
    board.page.keyboard.press("Space")
    board.page.keyboard.press("ArrowDown")

    assert board.page.evaluate("document.getAnimations().length") == 0
