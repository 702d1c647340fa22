"""The states of the desk's schedule pages, opened as owner."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from playwright.sync_api import Page, expect

from tests.browser.team import enter
from tests.servers.site import Site

Reach = Callable[[Page, Site], None]
CHICAGO = ZoneInfo("America/Chicago")
MAYA = "maya-lindqvist"
SCHEDULE = f"/desk/schedule/{MAYA}/"
NOT_PAGES = {"desk-time-off-cancel", "desk-closure-remove"}
"""Addresses that only take a POST and redirect."""


def three_patients(site: Site) -> tuple[str, str, str, list[int]]:
    """Return a therapist (slug), a day, a time, and three appointments booked from then on."""
    rows = site.sql(
        "SELECT t.slug, a.id, a.starts_at FROM booking_appointment a "
        "JOIN booking_therapist t ON t.id = a.therapist_id "
        "WHERE a.status = 'booked' AND a.starts_at > ? AND NOT EXISTS ("
        "SELECT 1 FROM booking_timeoff o WHERE o.therapist_id = t.id "
        "AND date(o.starts_at, '-6 hours') = date(a.starts_at, '-6 hours')) "
        "ORDER BY t.id, a.starts_at",
        f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%d}",
    )
    for place in range(len(rows) - 3):
        slugs, keys, starts = zip(*rows[place : place + 4], strict=True)
        moments = [_wall_clock(start) for start in starts]
        days = {moment.date() for moment in moments[:3]}
        if len(set(slugs[:3])) == len(days) == 1 and moments[3].date() not in days:
            first = moments[0]
            return slugs[0], f"{first:%Y-%m-%d}", f"{first:%H:%M}", list(keys[:3])
    raise AssertionError("Nobody in the demo ends a day with three patients.")


def _wall_clock(written: str) -> datetime:
    """Convert a UTC time from the database to Chicago time."""
    return datetime.fromisoformat(written).replace(tzinfo=UTC).astimezone(CHICAGO)


def go(address: str, page: Page, site: Site) -> None:
    enter(page, site)
    page.goto(address)
    to_the_end(page)


def _many_booked(page: Page, site: Site) -> None:
    """The preview counts them, and its choices are unfolded."""
    go("/desk/options/1/off/", page, site)
    page.get_by_role("button", name="Go on").click()
    page.get_by_text(re.compile("Choose for each of the")).click()
    to_the_end(page)


def to_the_end(page: Page) -> None:
    """Scroll to the end of the page: elsewhere the bar of a phone covers half of a button."""
    page.evaluate("scrollTo(0, document.body.scrollHeight)")


def take_time_off(page: Page, slug: str, day: str, starts: str) -> None:
    """Fill in the form and press its button."""
    page.goto(f"/desk/schedule/{slug}/time-off/")
    page.fill("#id_first_day", day)
    page.fill("#id_starts", starts)
    page.get_by_role("button", name="Save the time off").click()


def reach_preview(page: Page, site: Site) -> list[int]:
    """Open the preview of time off that affects three appointments."""
    enter(page, site)
    slug, day, starts, keys = three_patients(site)
    take_time_off(page, slug, day, starts)
    expect(page.get_by_role("heading", name="3 patients lose their time")).to_be_visible()
    return keys


def _preview(page: Page, site: Site) -> None:
    reach_preview(page, site)
    to_the_end(page)


def _not_chosen(page: Page, site: Site) -> None:
    reach_preview(page, site)
    page.get_by_role("button", name="Save and settle all 3").click()
    expect(page.get_by_role("alert")).to_be_visible()
    to_the_end(page)


def _bad_hours(page: Page, site: Site) -> None:
    go(f"{SCHEDULE}hours/", page, site)
    page.locator("#id_d0-0-to").fill("08:00")
    page.get_by_role("button", name="Save these hours").click()
    expect(page.get_by_role("alert")).to_be_visible()
    to_the_end(page)


def _copying(page: Page, site: Site) -> None:
    go(f"{SCHEDULE}hours/", page, site)
    for summary in page.locator(".copy summary").all():
        summary.click()
    to_the_end(page)


def _bad_time_off(page: Page, site: Site) -> None:
    go(f"{SCHEDULE}time-off/", page, site)
    page.fill("#id_first_day", "2036-01-01")
    page.get_by_role("button", name="Save the time off").click()
    expect(page.get_by_role("alert")).to_be_visible()
    to_the_end(page)


SCHEDULES: Mapping[str, Reach] = {
    "desk-schedule": partial(go, "/desk/schedule/"),
    "desk-therapist-schedule": partial(go, SCHEDULE),
    "desk-therapist-schedule: with what is planned": partial(go, "/desk/schedule/priya-nair/"),
    "desk-hours": partial(go, f"{SCHEDULE}hours/"),
    "desk-hours: with errors": _bad_hours,
    "desk-hours: copying": _copying,
    "desk-date-exception": partial(go, f"{SCHEDULE}day/"),
    "desk-time-off": partial(go, f"{SCHEDULE}time-off/"),
    "desk-time-off: with errors": _bad_time_off,
    "desk-time-off: who loses their time": _preview,
    "desk-time-off: not chosen yet": _not_chosen,
    "desk-therapist-switch-off": partial(go, f"{SCHEDULE}off/"),
    "desk-room-switch-off": partial(go, "/desk/rooms/1/off/"),
    "desk-therapist-options": partial(go, f"{SCHEDULE}options/"),
    "desk-treatment-withdraw": partial(go, "/desk/treatments/swedish-massage/off/"),
    "desk-option-withdraw": partial(go, "/desk/options/1/off/"),
    "desk-option-withdraw: many are booked": _many_booked,
    "desk-room-kind": partial(go, "/desk/rooms/1/kind/"),
    "desk-treatment-room-kind": partial(go, "/desk/treatments/swedish-massage/room-kind/"),
    "desk-time-zone": partial(go, "/desk/time-zone/"),
    "desk-time-zone: what changes": partial(go, "/desk/time-zone/?time_zone=America/Denver"),
    "desk-closures": partial(go, "/desk/closures/"),
    "desk-holidays": partial(go, "/desk/closures/holidays/"),
}
"""As in tests/browser/states.py."""
