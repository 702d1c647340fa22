"""The questions before a massage in a real browser: each outcome, without a script and with keys
only; and at the desk on arrival."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import axe_violations
from tests.browser.conftest import Open, OpenDesk
from tests.browser.desk import COUNTER, FRONT, MAYA, PHONE
from tests.browser.focus import Keyboard
from tests.browser.health_states import ASPIRIN, BLOOD, CRISIS, THINNER, ask_for_a_call
from tests.browser.ready import DEEP, open_ready
from tests.browser.steps import (
    APPOINTMENT_PAGE,
    HOLD_PAGE,
    appointments,
    fill_in,
    go_on,
    hold_a_time,
    open_questions,
    say_no,
    tick,
)
from tests.servers.site import Site

pytestmark = pytest.mark.browser

COUNT_PRESSES = """() => {
  sessionStorage.presses = 0;
  addEventListener("click", (event) => {
    if (event.isTrusted && event.target.matches("input, button")) sessionStorage.presses++;
  }, true);
}"""


def plain(open_context: Open) -> Page:
    """A browser without scripts."""
    return open_context(java_script_enabled=False).new_page()


def test_a_patient_without_findings_needs_one_click(open_context: Open, site: Site) -> None:
    page = open_context().new_page()
    open_ready(page, site, "questions")
    page.evaluate(COUNT_PRESSES)
    say_no(page)
    expect(page).to_have_url(HOLD_PAGE)

    assert page.evaluate("sessionStorage.presses") == "1"


def test_a_gentler_treatment_can_be_held_at_the_same_time(open_context: Open, site: Site) -> None:
    page = plain(open_context)
    hold_a_time(page, DEEP)
    tick(page, BLOOD, ASPIRIN)
    expect(page.get_by_role("heading", name="Something gentler for you")).to_be_visible()
    held = site.sql("SELECT starts_at FROM booking_appointment WHERE status = 'hold'")
    page.get_by_role("button", name="Take this").first.click()
    expect(page).to_have_url(HOLD_PAGE)
    expect(page.get_by_text("Deep tissue")).to_have_count(0)
    fill_in(page)
    go_on(page)
    expect(page).to_have_url(APPOINTMENT_PAGE)

    newest = "SELECT starts_at FROM booking_appointment ORDER BY booked_at DESC LIMIT 1"
    assert site.sql(newest)[0] in held


def test_a_doctor_outcome_can_request_a_callback(open_context: Open, site: Site) -> None:
    page = plain(open_context)
    hold = open_ready(page, site, "questions").removesuffix("questions/")
    booked, held = appointments(site, "booked"), appointments(site, "hold")
    tick(page, BLOOD, THINNER)
    expect(page.get_by_role("heading", name="Please ask your doctor first")).to_be_visible()
    ask_for_a_call(page)
    page.get_by_role("link", name="A note for the doctor").click()
    expect(page.get_by_text("A blood thinner")).to_be_visible()
    page.goto(f"{hold}review/")
    expect(page.get_by_role("button", name="Book now")).to_have_count(0)

    assert appointments(site, "booked") == booked
    assert appointments(site, "hold") == held - 1


@pytest.mark.parametrize(
    ("answer", "heading", "said"),
    [
        ("Chest pain", "Call 911 now", "Call 911"),
        ("Fever, vomiting, diarrhea, or an illness that others can catch", "Not today", "48 hours"),
        (CRISIS, "We are glad that you said so.", "Nobody at the clinic is reading this now"),
    ],
)
def test_a_stop_books_nothing_and_names_help(
    answer: str, heading: str, said: str, open_context: Open, site: Site
) -> None:
    page = plain(open_context)
    open_ready(page, site, "questions")
    before = stored(site)
    tick(page, answer)
    expect(page.get_by_role("heading", name=heading)).to_be_visible()

    expect(page.get_by_text(said).first).to_be_visible()
    assert stored(site) - before == (0 if answer == CRISIS else 1)


def stored(site: Site) -> int:
    """How many answers are kept that belong to no patient."""
    rows = site.sql("SELECT count(*) FROM booking_screening WHERE patient_id IS NULL")
    return int(rows[0][0])


def test_the_way_to_a_doctor_with_the_keyboard_alone(open_context: Open, site: Site) -> None:
    page = open_context(width=1280).new_page()
    open_ready(page, site, "questions")
    keys = Keyboard(page)
    keys.tab_to("summary Blood, heart and legs", most=30)
    page.keyboard.press("Enter")
    keys.tab_to(f"input {BLOOD[:20]}", most=10)
    page.keyboard.press("Space")
    keys.tab_to("input A blood thinner", most=6)
    page.keyboard.press("Space")
    keys.tab_to("button Agree and continue", most=40)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Please ask your doctor first")).to_be_visible()
    for field, text in (("Your name", "Ana Reader"), ("Phone", "312 555 0142")):
        keys.tab_to(f"input {field}", most=30)
        page.keyboard.type(text)
    keys.tab_to("button Call me back", most=30)
    page.keyboard.press("Enter")
    expect(page.get_by_text("We will call you back.")).to_be_visible()

    assert keys.problems == []


def test_on_arrival_the_short_set_is_answered_no_with_one_click(
    open_desk: OpenDesk,
) -> None:
    page = open_desk(MAYA, PHONE, has_touch=True, is_mobile=True)
    page.goto("/desk/")
    name = page.locator(".visit-booked .visit-name").first.inner_text()
    page.get_by_role("button", name=f"Arrived {name}").tap()
    here = page.locator(".visit-arrived", has_text=name)
    expect(here.locator(".safety-check li")).to_have_count(6)
    here.get_by_role("button", name=f"All no {name}").tap()
    expect(page).to_have_url(re.compile("/desk/$"))

    expect(here.get_by_text("Asked on arrival.")).to_be_visible()
    here.get_by_role("link", name=name, exact=True).tap()
    expect(page.get_by_role("region", name=f"Brief: {name}")).to_be_visible()
    assert axe_violations(page) == []


def test_a_phone_booking_answers_all_questions_now_or_on_arrival(open_desk: OpenDesk) -> None:
    page = open_desk(FRONT, COUNTER)
    page.goto("/desk/book/?day=2026-12-07&therapist=rosa-delgado")
    page.locator("#times .slot-pick").first.click()
    page.fill("#id_name", "Phone Person")
    page.fill("#id_phone", "808 222 7301")
    page.get_by_role("button", name="Book", exact=True).last.click()
    expect(page.get_by_text("To be asked on arrival")).to_be_visible()
    page.get_by_role("link", name="Ask all questions").click()
    open_questions(page)
    page.get_by_label(BLOOD, exact=True).check()
    page.get_by_label(THINNER, exact=True).check()
    page.get_by_role("button", name="Write it down").click()
    expect(page.get_by_role("region", name="Brief: Phone Person")).to_contain_text("Not yet")
    page.get_by_role("link", name="Appointment", exact=True).click()
    page.get_by_role("link", name="Move or change").click()
    page.locator("button.slot").last.click()

    expect(page.get_by_text("somebody must be asked before a massage")).to_be_visible()
