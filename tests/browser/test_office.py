"""The owner: from an empty database to the first booking, and a day's changes."""

import re
from datetime import UTC, date, datetime, timedelta
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.mail_states import manage
from tests.browser.office_states import empty
from tests.browser.steps import SWEDISH, another_browser, book
from tests.browser.team import enter, forget_second_steps
from tests.servers.site import Site

pytestmark = pytest.mark.browser
COUNT = """addEventListener("pointerdown", () =>
  localStorage.setItem("presses", 1 + Number(localStorage.getItem("presses"))), true)"""
PASSWORD = "a few random words to sign in"


def presses(page: Page) -> int:
    """How often a button, a link or a box was pressed in this browser."""
    return int(page.evaluate("Number(localStorage.getItem('presses'))"))


def test_the_set_up_takes_twelve_clicks(
    open_context: Open, site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    empty(site)
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    manage(site, "createsuperuser", "--noinput", "--email", "sam@quiet.example")
    page = open_context().new_page()
    page.add_init_script(COUNT)

    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill("sam@quiet.example")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in with the password").click()
    page.get_by_role("link", name="Begin").click()
    page.get_by_label("What is the clinic called?").fill("Quiet Legs")
    page.get_by_label("Phone").fill("312 555 0142")
    save_and_go_on(page, "Rooms")
    page.get_by_label("Your treatment rooms").fill("Room 1\nRoom 2")
    save_and_go_on(page, "Treatments and prices")
    save_and_go_on(page, "Therapists and what they give")
    page.get_by_label("I give treatments myself").check()
    save_and_go_on(page, "Working hours")
    save_and_go_on(page, "Rules for booking")
    save_and_go_on(page, "Setting up")
    expect(page.get_by_text("Patients can book.")).to_be_visible()
    page.get_by_role("link", name="See it as a patient").click()
    expect(page.get_by_role("link", name="Swedish massage")).to_be_visible()
    assert presses(page) <= 12

    with another_browser(page) as patient:
        book(patient)
    page.goto("/desk/patients/?q=ana")
    expect(page.get_by_role("link", name="Ana Reader", exact=True)).to_be_visible()


def save_and_go_on(page: Page, heading: str) -> None:
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", name=heading, level=1)).to_be_visible()


def test_the_owner_changes_a_price_and_closes_a_day(open_context: Open, site: Site) -> None:
    page = open_context(width=1440, height=900).new_page()
    day = a_busy_day(site)
    assert starts(page, day)
    forget_second_steps(site)
    enter(page, site)

    page.goto("/admin/")
    page.get_by_role("link", name="Treatments", exact=True).click()
    page.get_by_role("link", name="Swedish massage").click()
    page.get_by_role("spinbutton", name="Price").first.fill("61.50")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    page.goto("/desk/setup/")
    page.get_by_role("link", name="Days on which the clinic is closed").click()
    page.get_by_label("What for?").fill("Burst pipe")
    page.get_by_label("First day").fill(f"{day}")
    page.get_by_role("button", name="Close the clinic").click()
    page.get_by_role("button", name="Cancel all and tell them").click()
    page.get_by_role("button", name=re.compile("Save and settle")).click()
    expect(page.get_by_text("The closure is saved.")).to_be_visible()

    assert starts(page, day) == []
    page.goto(f"/treatments/{SWEDISH}/")
    expect(page.get_by_text("$61.50").first).to_be_visible()


def a_busy_day(site: Site) -> date:
    """One in more than a week on which at least two people have booked."""
    after = datetime.now(UTC) + timedelta(days=8)
    (found,) = site.sql(
        "SELECT date(starts_at) FROM booking_appointment WHERE status = 'booked' "
        "AND starts_at > ? GROUP BY 1 HAVING count(*) > 3 ORDER BY 1 LIMIT 1",
        f"{after:%Y-%m-%d}",
    )
    return date.fromisoformat(found[0])


def starts(page: Page, day: date) -> list[str]:
    """What anybody could book on a day."""
    asked = urlencode({"treatment": SWEDISH, "minutes": 60, "from": day, "to": day})
    answer = page.request.get(f"/api/slots?{asked}").json()
    return [slot["starts_at"] for day in answer["days"] for slot in day["slots"]]
