"""The steps of a patient in a browser. Slots are those that the demo has free."""

import json
import re
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Locator, Page, expect

from tests.servers.site import Site

SWEDISH = "swedish-massage"
NEWEST_HOLD = "(SELECT max(id) FROM booking_appointment WHERE status = 'hold')"
QUESTIONS_PAGE = re.compile(r"/book/hold/[^/]+/questions/(#\w+)?$")
HOLD_PAGE = re.compile(r"/book/hold/[^/]+/$")
REVIEW_PAGE = re.compile(r"/book/hold/[^/]+/review/(#\w+)?$")
APPOINTMENT_PAGE = re.compile(r"/appointments/[^/]+/$")


def wait_for_condition(page: Page, condition: str, seconds: float = 10) -> None:
    """Wait until a JavaScript expression is true on the page.

    Playwright's own wait_for_function asks again from within the page, where our Content Security
    Policy forbids eval: it fails unless the condition is true at once.
    """
    end = time.monotonic() + seconds
    while not page.evaluate(f"Boolean({condition})"):
        assert time.monotonic() < end, f"Not true after {seconds} seconds: {condition}"
        page.wait_for_timeout(20)


def first_slot(page: Page) -> Locator:
    """Return the first bookable time on the page."""
    return page.locator("button.slot").first


def see_times(page: Page, address: str) -> None:
    """Open a page of times; if the week is full, go to the next week with free times."""
    page.goto(address)
    if not first_slot(page).count():
        page.get_by_role("link", name="Show that day").click()
        first_slot(page).wait_for()


def hold_a_time(page: Page, treatment: str = SWEDISH, **choices: str) -> str:
    """Choose the first free time, which leads to the questions; returns the address of the hold."""
    see_times(page, f"/book/{treatment}/?{urlencode(choices)}")
    first_slot(page).click()
    expect(page).to_have_url(QUESTIONS_PAGE)
    return page.url.removesuffix("questions/")


def fill_in(page: Page, **changes: str) -> None:
    """Fill in the step "Your details", and open the note for it."""
    details = {
        "name": "Ana Reader",
        "email": "ana@reader.example",
        "phone": "312 555 0142",
        "note": "A little more time to undress, please.",
    } | changes
    if not page.locator("#id_note").is_visible():
        page.get_by_text("Add a note or a request").click()
    for name, value in details.items():
        page.fill(f"#id_{name}", value)


def go_on(page: Page) -> None:
    """Press the button below the details, which books."""
    page.get_by_role("button", name="Book now").click()


def say_no(page: Page) -> None:
    """Answer "none of these" to the health questions."""
    expect(page).to_have_url(QUESTIONS_PAGE)
    page.get_by_role("button", name="None of these").click()


def open_optional(page: Page) -> None:
    """Open the optional part of the health questions."""
    page.get_by_text("Your legs, and how you would like it").click()


def open_questions(page: Page) -> None:
    """Open all groups of the health questions, as whoever answers "yes" to one does."""
    for group in page.locator(".health-collapsible:not([open]) > summary").all()[::-1]:
        group.click()


def tick(page: Page, *answers: str) -> None:
    """Tick answers of the health questions by their text, agree, and continue."""
    open_questions(page)
    open_optional(page)
    for answer in answers:
        page.get_by_label(answer, exact=True).check()
    page.get_by_role("button", name="Agree and continue", exact=True).click()


def reach_details(page: Page, treatment: str = SWEDISH, **choices: str) -> str:
    """Go to the step "Your details"; return the address of the hold."""
    hold = hold_a_time(page, treatment, **choices)
    say_no(page)
    expect(page).to_have_url(HOLD_PAGE)
    return hold


@contextmanager
def another_browser(page: Page) -> Iterator[Page]:
    """Yield a page in another browser."""
    launched = page.context.browser
    assert launched is not None
    context = launched.new_context(base_url=re.sub(r"(//[^/]+).*", r"\1", page.url))
    yield context.new_page()
    context.close()


def reach_review(page: Page, treatment: str = SWEDISH, **choices: str) -> str:
    """Go to the review page, with details sent before the questions; return the hold's address."""
    hold = hold_a_time(page, treatment, **choices)
    send_details(page, hold)
    say_no(page)
    expect(page).to_have_url(REVIEW_PAGE)
    return hold


def send_details(page: Page, hold: str) -> None:
    """Send the details from the page of the questions, as a program could."""
    token = page.locator("form input[name=csrfmiddlewaretoken]").first.get_attribute("value")
    details = {"name": "Ana Reader", "email": "ana@reader.example", "phone": "312 555 0142"}
    answer = page.request.post(
        hold, form={"csrfmiddlewaretoken": str(token), **details}, headers={"Referer": hold}
    )
    assert answer.ok, answer.status


def book(page: Page, treatment: str = SWEDISH, **choices: str) -> str:
    """Book an appointment and return its address."""
    reach_details(page, treatment, **choices)
    fill_in(page)
    go_on(page)
    expect(page).to_have_url(APPOINTMENT_PAGE)
    return page.url


def choose_new_time(page: Page, appointment: str) -> None:
    """Choose the first time offered for moving; go to the review page."""
    see_times(page, f"{appointment}reschedule/")
    look_closer(page)


def look_closer(page: Page) -> None:
    """Choose the first time shown."""
    first_slot(page).click()
    expect(page.get_by_role("heading", name="Move to this time?")).to_be_visible()


def move(page: Page, appointment: str) -> None:
    """Move an appointment to the first time offered."""
    choose_new_time(page, appointment)
    page.get_by_role("button", name="Move it").click()
    expect(page).to_have_url(appointment)


def cancel(page: Page, appointment: str) -> None:
    """Cancel an appointment without a reason."""
    page.goto(f"{appointment}cancel/")
    page.get_by_role("button", name="Yes, cancel it").click()
    expect(page).to_have_url(appointment)


def leave_seconds(site: Site, seconds: float) -> None:
    """Let the newest hold expire in this many seconds; negative is in the past."""
    until = datetime.now(UTC) + timedelta(seconds=seconds)
    site.sql(
        f"UPDATE booking_appointment SET hold_expires_at = ? WHERE id = {NEWEST_HOLD}",
        f"{until:%Y-%m-%d %H:%M:%S.%f}",
    )


def appointments(site: Site, status: str) -> int:
    """Return the number of appointments with a status."""
    return int(site.sql("SELECT count(*) FROM booking_appointment WHERE status = ?", status)[0][0])


def someone_giving(site: Site, treatment: str) -> str:
    """Return the slug of a therapist who gives a treatment."""
    return str(
        site.sql(
            "SELECT t.slug FROM booking_therapist t JOIN booking_offer f ON f.therapist_id = t.id "
            "JOIN booking_option o ON o.id = f.option_id "
            "JOIN booking_treatment k ON k.id = o.treatment_id WHERE k.slug = ? ORDER BY t.id",
            treatment,
        )[0][0]
    )


def free_days(site: Site, treatment: str, minutes: int, **choices: str) -> list[dict[str, Any]]:
    """Return the dates of the next weeks with their slots, from /api/slots."""
    today = datetime.now(UTC).date()
    query = {
        "treatment": treatment,
        "minutes": str(minutes),
        "from": str(today),
        "to": str(today + timedelta(days=45)),
    } | choices
    with urllib.request.urlopen(f"{site.url}/api/slots?{urlencode(query)}", timeout=20) as answer:
        days: list[dict[str, Any]] = json.load(answer)["days"]
    return days


def mark(page: Page) -> None:
    """Mark the current document, to detect a page load."""
    page.evaluate("window.sameDocument = true")


def is_marked(page: Page) -> bool:
    """Whether no page has been loaded since `mark`."""
    return bool(page.evaluate("window.sameDocument === true"))
