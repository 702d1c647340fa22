"""From the link in the mail to the answered question, with the keyboard alone, on a phone.

Without JavaScript and with it. The proposed time overlaps the appointment where that is free.
"""

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import axe_violations
from tests.browser.conftest import Open
from tests.browser.focus import Keyboard
from tests.browser.mail_states import link_in_mail, open_mail
from tests.browser.ready import open_ready
from tests.browser.steps import APPOINTMENT_PAGE
from tests.browser.team import enter
from tests.servers.site import Site

pytestmark = pytest.mark.browser

ASK = """
from datetime import timedelta
from booking.actions.actor import Actor, ActorType
from booking.actions.appointments.ask_patient import ask_patient
from booking.errors import Refusal
from booking.inputs import MoveTerms
from booking.lifecycle import Override
from booking.models import Appointment
row = Appointment.objects.filter(status="booked").latest("booked_at", "pk")
terms = MoveTerms(accepted_overrides=frozenset(Override), message_to_patient="We are sorry.")
for minutes in range(15, 24 * 60, 15):
    start = row.starts_at + timedelta(minutes=minutes)
    try:
        ask_patient(row, start=start, terms=terms, by=Actor(ActorType.STAFF))
    except Refusal:
        continue
    break
"""
WITH_AND_WITHOUT = pytest.mark.parametrize(
    "javascript", [False, True], ids=["without JavaScript", "with JavaScript"]
)


def ask(open_context: Open, site: Site) -> str:
    """Ask the patient of the newest booking; return the link in the mail, read on the desk."""
    open_ready(open_context().new_page(), site, "appointment")
    site.run_python(ASK)
    desk = open_context(width=1280).new_page()
    enter(desk, site)
    open_mail(desk, site, "move_proposal")
    return link_in_mail(desk, "Answer")


def open_link(open_context: Open, address: str, *, javascript: bool) -> tuple[Page, Keyboard]:
    """Open the link in a browser that knows nothing of the patient, and move through the page."""
    page = open_context(width=390, height=664, java_script_enabled=javascript).new_page()
    page.goto(address)
    keys = Keyboard(page)
    walk_back_and_forth(keys)
    return page, keys


def walk_back_and_forth(keys: Keyboard) -> None:
    """Move through the whole page in both directions."""
    forwards = keys.walk()
    backwards = keys.walk("Shift+Tab")
    assert backwards[: len(forwards)] == forwards[::-1]


def status(site: Site) -> tuple[str, int]:
    """Return the status of the newest booking, and the number of questions that are open."""
    newest = "SELECT status FROM booking_appointment ORDER BY booked_at DESC, id DESC LIMIT 1"
    is_open = "SELECT count(*) FROM booking_moveproposal WHERE closed_at IS NULL"
    return str(site.sql(newest)[0][0]), int(site.sql(is_open)[0][0])


def assert_accessible(open_context: Open, page: Page) -> None:
    """Check the address in a browser with JavaScript, which axe needs."""
    checker = open_context().new_page()
    checker.goto(page.url)
    assert axe_violations(checker) == []


@WITH_AND_WITHOUT
def test_the_proposed_time_is_taken(javascript: bool, open_context: Open, site: Site) -> None:
    link = ask(open_context, site)
    page, keys = open_link(open_context, link, javascript=javascript)
    expect(page.get_by_role("heading", level=1)).to_have_text("Does this suit you?")
    assert_accessible(open_context, page)
    keys.tab_to("button Take this time")
    keys.submit()

    expect(page).to_have_url(APPOINTMENT_PAGE)
    expect(page.get_by_text("Thank you. Your appointment has been changed.")).to_be_visible()
    expect(page.get_by_text("Moved from")).to_be_visible()
    walk_back_and_forth(keys)
    page.goto(link)
    expect(page).to_have_url(APPOINTMENT_PAGE)  # an answered question is not asked again
    assert status(site) == ("booked", 0)
    assert keys.problems == []


@WITH_AND_WITHOUT
def test_the_appointment_is_cancelled_and_that_is_undone(
    javascript: bool, open_context: Open, site: Site
) -> None:
    page, keys = open_link(open_context, ask(open_context, site), javascript=javascript)
    keys.tab_to("button Cancel the appointment")
    keys.submit()

    expect(page).to_have_url(APPOINTMENT_PAGE)
    assert status(site) == ("cancelled", 0)
    keys.tab_to("button Undo the cancellation")
    keys.submit()
    expect(page).to_have_url(APPOINTMENT_PAGE)
    walk_back_and_forth(keys)
    assert status(site) == ("booked", 0)
    assert keys.problems == []


@WITH_AND_WITHOUT
def test_another_time_is_chosen_and_the_proposed_one_is_free_again(
    javascript: bool, open_context: Open, site: Site
) -> None:
    page, keys = open_link(open_context, ask(open_context, site), javascript=javascript)
    keys.tab_to("button Choose another time")
    keys.submit()
    expect(page).to_have_url(re.compile(r"/appointments/[^/]+/reschedule/$"))
    keys.look()
    slots = page.locator("button.slot:not([disabled])")
    if not slots.count():
        keys.tab_to("a Show that day")
        keys.submit()
    time = re.sub(r"\s+", " ", slots.last.inner_text()).strip()
    keys.tab_to(f"button {' '.join(time.split()[:2])}", most=120)
    keys.submit()
    expect(page.get_by_role("heading", name="Move to this time?")).to_be_visible()
    assert status(site) == ("booked", 1), "it is still held while the patient looks"
    walk_back_and_forth(keys)
    keys.tab_to("button Move it")
    keys.submit()

    expect(page).to_have_url(APPOINTMENT_PAGE)
    assert status(site) == ("booked", 0)
    assert site.sql(
        "SELECT count(*) FROM booking_appointment WHERE status = 'hold' AND proposed_for NOTNULL"
    ) == [(0,)]
    assert keys.problems == []


@WITH_AND_WITHOUT
def test_after_the_deadline_another_time_can_still_be_chosen(
    javascript: bool, open_context: Open, site: Site
) -> None:
    link = ask(open_context, site)
    page, keys = open_link(open_context, link, javascript=javascript)
    passed = datetime.now(UTC) - timedelta(hours=1)
    site.sql(
        "UPDATE booking_appointment SET hold_expires_at = ? WHERE proposed_for NOTNULL",
        f"{passed:%Y-%m-%d %H:%M:%S}",
    )
    keys.tab_to("button Take this time")  # the page was open for too long
    keys.submit()
    expect(page.get_by_role("heading", level=1)).to_have_text("We no longer keep that time for you")
    expect(page.get_by_text("The appointment has not changed").first).to_be_visible()
    walk_back_and_forth(keys)
    page.goto(link)
    assert_accessible(open_context, page)
    keys.tab_to("button Choose another time")
    keys.submit()

    expect(page).to_have_url(re.compile(r"/appointments/[^/]+/reschedule/$"))
    assert status(site) == ("booked", 1)
    assert keys.problems == []
