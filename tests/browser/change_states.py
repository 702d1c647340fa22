"""The states of the pages for changing an appointment."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import uuid4

from playwright.sync_api import Page, expect

from booking.models import Appointment
from tests.browser.ready import open_ready
from tests.browser.steps import (
    SWEDISH,
    another_browser,
    cancel,
    choose_new_time,
    look_closer,
    move,
    see_times,
)
from tests.servers.site import Site

Reach = Callable[[Page, Site], None]
NEWEST = "(SELECT id FROM booking_appointment ORDER BY booked_at DESC, id DESC LIMIT 1)"


def _appointment(page: Page, site: Site) -> str:
    """An appointment in a week, open in the browser it was booked with; returns its address."""
    return open_ready(page, site, "appointment")


def _page(name: str, page: Page, site: Site) -> None:
    page.goto(f"{_appointment(page, site)}{name}/")


def _reminded(page: Page, site: Site) -> None:
    """The time of the reminder has come: the page asks the patient to confirm."""
    _appointment(page, site)
    start = site.sql(f"SELECT starts_at FROM booking_appointment WHERE id = {NEWEST}")[0][0]
    until = datetime.fromisoformat(f"{start}+00:00") - datetime.now(UTC)
    with _policy(site, "reminder_hours", f"[{int(until.total_seconds() // 3600)}]"):
        page.reload()
    expect(page.get_by_role("button", name="Yes, I will come")).to_be_visible()


def _moved(page: Page, site: Site) -> None:
    move(page, _appointment(page, site))
    expect(page.get_by_text("Moved from")).to_be_visible()


def _fresh_cancellation(page: Page, site: Site) -> None:
    cancel(page, _appointment(page, site))
    expect(page.get_by_role("button", name="Undo the cancellation")).to_be_visible()


def _cancelled_by_the_clinic(page: Page, site: Site) -> None:
    _appointment(page, site)
    site.sql(f"UPDATE booking_appointment SET status = 'cancelled' WHERE id = {NEWEST}")
    page.reload()
    expect(page.get_by_text("we have had to cancel")).to_be_visible()


def _over(page: Page, site: Site) -> None:
    _appointment(page, site)
    site.sql(f"UPDATE booking_appointment SET status = 'completed' WHERE id = {NEWEST}")
    page.reload()
    expect(page.get_by_text("This appointment is over.")).to_be_visible()


def _too_late(name: str, page: Page, site: Site) -> None:
    address = _appointment(page, site)
    with _policy(site, "cancellation_hours", 336):
        page.goto(f"{address}{name}")
    expect(page.get_by_text("too short to change it online")).to_be_visible()


def _anyone(page: Page, site: Site) -> None:
    page.goto(
        f"{_appointment(page, site)}reschedule/?{urlencode({'therapist': '', 'part': 'evening'})}"
    )


def _old_and_new(page: Page, site: Site) -> None:
    choose_new_time(page, _appointment(page, site))


def _taken_meanwhile(page: Page, site: Site) -> None:
    """Another patient takes the time before the button is pressed."""
    address = _appointment(page, site)
    page.goto(f"{address}reschedule/")
    later = page.get_by_role("link", name="Later days").get_attribute("href")
    see_times(page, f"{address}reschedule/{later}")  # away from what they have now
    look_closer(page)
    start = parse_qs(urlsplit(page.url).query)["start"][0]
    therapist = page.locator("input[name=therapist]").input_value()
    with another_browser(page) as other:
        other.goto(f"/book/{SWEDISH}/?{urlencode({'therapist': therapist, 'day': start[:10]})}")
        other.locator(f"button.slot[value='{start}']").click()
    page.get_by_role("button", name="Move it").click()
    expect(page.get_by_role("heading", name="The nearest free times")).to_be_visible()


def _cancel_with_errors(page: Page, site: Site) -> None:
    _page("cancel", page, site)
    page.locator("#id_reason").evaluate("(one) => { one.value = 'So many words. '.repeat(40) }")
    page.get_by_role("button", name="Yes, cancel it").click()
    expect(page.get_by_role("alert")).to_be_visible()


def _cancelled_already(page: Page, site: Site) -> None:
    address = _appointment(page, site)
    cancel(page, address)
    page.goto(f"{address}cancel/")
    expect(page.get_by_role("button", name="Undo the cancellation")).to_be_visible()


def _expected(page: Page, site: Site) -> None:
    _page("confirm", page, site)
    address = page.url
    page.get_by_role("button", name="Yes, I will come").click()
    page.goto(address)
    expect(page.get_by_role("heading", name="We are expecting you")).to_be_visible()


def _undone_too_late(page: Page, site: Site) -> None:
    """The undo button is pressed more than ten minutes after the cancellation."""
    cancel(page, _appointment(page, site))
    long_ago = datetime.now(UTC) - timedelta(minutes=11)
    site.sql(
        f"UPDATE booking_appointment SET cancelled_at = ? WHERE id = {NEWEST}",
        f"{long_ago:%Y-%m-%d %H:%M:%S.%f}",
    )
    page.get_by_role("button", name="Undo the cancellation").click()
    expect(page.get_by_role("heading", name="Other times near it")).to_be_visible()


@contextmanager
def _policy(site: Site, name: str, value: object) -> Iterator[None]:
    """Change a setting of the clinic until the end of the block."""
    usual = site.sql(f"SELECT {name} FROM booking_clinicprofile")[0][0]
    site.sql(f"UPDATE booking_clinicprofile SET {name} = ?", value)
    try:
        yield
    finally:
        site.sql(f"UPDATE booking_clinicprofile SET {name} = ?", usual)


COPIED = [
    str(field.column)
    for field in Appointment._meta.concrete_fields
    if not field.null
    and field.column
    not in {"id", "room_id", "public_id", "starts_at", "ends_at", "blocked_until", "status"}
]
"""What the hold of a proposal has in common with its appointment."""


def _asked(is_waiting: bool, page: Page, site: Site) -> None:
    """The clinic asks about a time long after, when nothing is booked; the page of the answer."""
    address = _appointment(page, site)
    copied = ", ".join(COPIED)
    until = datetime.now(UTC) + timedelta(hours=12 if is_waiting else -1)
    site.sql(
        f"INSERT INTO booking_appointment ({copied}, room_id, public_id, starts_at, ends_at, "
        f"blocked_until, status, hold_expires_at) SELECT {copied}, room_id, ?, "
        "datetime(starts_at, '+200 days'), datetime(ends_at, '+200 days'), "
        f"datetime(blocked_until, '+200 days'), ?, ? FROM booking_appointment WHERE id = {NEWEST}",
        uuid4().hex,
        "hold" if is_waiting else "expired",
        f"{until:%Y-%m-%d %H:%M:%S}",
    )
    site.sql(
        "INSERT INTO booking_moveproposal (appointment_id, hold_id, is_time_lost, "
        f"wants_other_time, asked_at) SELECT {NEWEST}, max(id), 1, 0, created_at "
        "FROM booking_appointment"
    )
    page.goto(f"{address}proposal/")
    heading = "Does this suit you?" if is_waiting else "We no longer keep that time for you"
    expect(page.get_by_role("heading", name=heading)).to_be_visible()


CHANGES: Mapping[str, Reach] = {
    "appointment: reminded": _reminded,
    "appointment: moved": _moved,
    "appointment: just cancelled": _fresh_cancellation,
    "appointment: cancelled by the clinic": _cancelled_by_the_clinic,
    "appointment: over": _over,
    "appointment: too late to change": partial(_too_late, ""),
    "appointment-reschedule": partial(_page, "reschedule"),
    "appointment-reschedule: with anyone": _anyone,
    "appointment-reschedule: old and new": _old_and_new,
    "appointment-reschedule: taken meanwhile": _taken_meanwhile,
    "appointment-reschedule: too late": partial(_too_late, "reschedule/"),
    "appointment-cancel": partial(_page, "cancel"),
    "appointment-cancel: with errors": _cancel_with_errors,
    "appointment-cancel: cancelled already": _cancelled_already,
    "appointment-restore: too late": _undone_too_late,
    "appointment-proposal": partial(_asked, True),
    "appointment-proposal: too late": partial(_asked, False),
    "appointment-confirm": partial(_page, "confirm"),
    "appointment-confirm: said already": _expected,
}
