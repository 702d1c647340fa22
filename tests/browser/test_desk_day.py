"""A day at the desk in a real browser: on a phone between two appointments, and at the counter."""

import re
import time

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.axe import COLOURS, axe_violations
from tests.browser.conftest import OpenDesk
from tests.browser.desk import COUNTER, FRONT, MAYA, PHONE
from tests.browser.focus import Keyboard
from tests.browser.layout import SPACED, small_targets, what_is_lost
from tests.servers.site import Site

pytestmark = pytest.mark.browser

ONE = re.compile(r"/desk/appointments/[0-9a-f-]+/$")
BUSY = {
    "today": "/desk/",
    "today of one": "/desk/?therapist=maya-lindqvist",
    "calendar": "/desk/calendar/",
}
"""With the whole of a day before one: the other states are in tests/browser/desk_states.py."""
SIZES = ((320, 256), (320, 640), (740, 360), (820, 1180), (1280, 800))


def style(element: Locator, name: str) -> str:
    """The computed value of a property."""
    return str(element.evaluate("(one, name) => getComputedStyle(one)[name]", name))


def an_appointment(page: Page) -> str:
    """The page of somebody who comes later today."""
    page.goto("/desk/")
    return str(page.locator(".visit-booked .visit-name a").last.get_attribute("href"))


def test_a_therapist_works_through_the_morning_on_a_phone(open_desk: OpenDesk) -> None:
    page = open_desk(MAYA, PHONE, has_touch=True, is_mobile=True)
    page.goto("/desk/")
    nxt = page.locator(".visit-current").first
    name = nxt.locator(".visit-name").inner_text()
    assert nxt.get_by_role("link", name=f"Call {name}").get_attribute("href")
    nxt.get_by_role("button", name=f"Arrived {name}").tap()

    now = page.get_by_role("region", name="Now").locator(".visit", has_text=name)
    expect(now).to_contain_text("here since 9:40 am")
    now.get_by_role("button", name=f"Undo {name}").tap()
    page.get_by_role("button", name=f"Arrived {name}").tap()
    page.get_by_role("button", name=f"Completed {name}").tap()
    expect(page.get_by_role("status")).to_contain_text(f"{name}: completed.")
    page.get_by_text("Over (").tap()
    expect(page.locator(".visit-completed", has_text=name)).to_be_visible()


def test_a_payment_is_taken_and_its_receipt_printed(open_desk: OpenDesk) -> None:
    page = open_desk(FRONT, COUNTER)
    page.goto(an_appointment(page))
    page.get_by_label("Card").check()
    page.get_by_role("button", name="Take payment").click()
    expect(page.get_by_role("heading", name=re.compile(r"Receipt \d+"))).to_be_visible()
    assert axe_violations(page) == []
    expect(page.get_by_role("button", name="Print")).to_be_visible()
    page.emulate_media(media="print")
    expect(page.get_by_role("button", name="Print")).to_be_hidden()
    expect(page.get_by_text("Received")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_chosen_time_is_visibly_different(open_desk: OpenDesk, scheme: str) -> None:
    page = open_desk(FRONT, COUNTER, color_scheme=scheme, reduced_motion="reduce")
    page.goto("/desk/book/?day=2026-12-01&therapist=maya-lindqvist")
    page.locator("#times .slot-pick").first.click()
    page.mouse.move(0, 0)
    chosen = page.locator("#times input:checked + .slot")
    other = page.locator("#times input:not(:checked) + .slot").first

    for name in ("background-color", "color", "border-top-color"):
        assert style(chosen, name) != style(other, name), name


def test_an_existing_patient_is_booked_by_phone_in_few_clicks(
    open_desk: OpenDesk, desk: Site
) -> None:
    """Each click and key costs a person about a second: there is time for thirty."""
    patient = desk.sql("SELECT name FROM booking_patient ORDER BY id LIMIT 1")[0][0]
    page = open_desk(FRONT, COUNTER)
    began = time.monotonic()
    page.goto("/desk/book/?day=2026-12-01")
    page.select_option("#id_therapist", label="Maya Lindqvist")
    expect(page.locator("#times[aria-busy]")).to_have_count(0)
    page.locator("#times .slot-pick").first.click()
    page.locator("#id_q").press_sequentially(patient[:6])
    page.locator("#people label", has_text=patient).first.click()
    page.get_by_role("button", name="Book", exact=True).last.click()
    expect(page).to_have_url(ONE)

    assert time.monotonic() - began < 30
    expect(page.get_by_role("heading", level=1)).to_have_text(patient)
    expect(page.get_by_role("status").first).to_contain_text("is booked")


def test_a_look_alike_is_shown_before_a_second_record_is_created(
    open_desk: OpenDesk, desk: Site
) -> None:
    patient = desk.sql("SELECT name FROM booking_patient ORDER BY id DESC LIMIT 1")[0][0]
    before = desk.sql("SELECT count(*) FROM booking_patient")
    page = open_desk(FRONT, COUNTER)
    page.goto("/desk/book/?day=2026-12-02&therapist=rosa-delgado")
    page.locator("#times .slot-pick").first.click()
    page.fill("#id_name", patient.upper())
    page.fill("#id_phone", "312 555 0100")
    page.get_by_role("button", name="Book", exact=True).last.click()
    expect(page.get_by_text("Is it one of these?")).to_be_visible()
    assert axe_violations(page) == []
    page.locator(".people-known label").first.click()
    page.get_by_role("button", name="Book", exact=True).last.click()
    expect(page).to_have_url(ONE)

    assert desk.sql("SELECT count(*) FROM booking_patient") == before


def test_times_follow_the_choice_and_people_what_is_typed_and_nothing_typed_is_lost(
    open_desk: OpenDesk,
) -> None:
    page = open_desk(FRONT, COUNTER)
    page.goto("/desk/book/")
    page.fill("#id_name", "Kept Name")
    page.fill("#id_day", "2026-12-03")
    page.locator("#id_day").blur()
    expect(page.locator("#times legend").first).to_have_text("Thursday 3 December 2026")
    page.locator("#id_q").press_sequentially("zzz")
    expect(page.get_by_text("Nobody on file")).to_be_visible()

    expect(page.locator("#id_name")).to_have_value("Kept Name")


def test_a_booking_with_the_keyboard_alone(open_desk: OpenDesk) -> None:
    page = open_desk(FRONT, COUNTER)
    page.goto("/desk/")
    keys = Keyboard(page)
    keys.tab_to("a Book")
    keys.follow("/desk/book/")
    keys.tab_to("select Anyone")
    page.keyboard.press("ArrowDown")
    keys.tab_to("input Day")
    page.fill("#id_day", "2026-12-04")
    keys.tab_to("input Name")
    page.keyboard.type("Keyboard Person")
    keys.press("Tab")
    page.keyboard.type("808 222 7391")
    expect(page.locator("#times legend").first).to_have_text("Friday 4 December 2026")
    page.locator(".other input").focus()
    keys.press("ArrowUp")
    keys.tab_to("button Book")
    page.keyboard.press("Enter")

    expect(page).to_have_url(ONE)
    assert keys.problems == []


def test_the_desk_works_without_javascript(open_desk: OpenDesk) -> None:
    page = open_desk(FRONT, PHONE, java_script_enabled=False)
    page.goto("/desk/calendar/?day=2026-12-08&therapist=priya-nair")
    expect(page.get_by_role("heading", name="Priya Nair", exact=True)).to_be_visible()
    page.goto("/desk/book/?day=2026-12-09")
    page.get_by_role("button", name="Show times").click()
    page.locator("#times .slot-pick").first.click()
    page.fill("#id_name", "Plain Browser")
    page.fill("#id_phone", "808 222 7392")
    page.get_by_role("button", name="Book", exact=True).last.click()
    expect(page).to_have_url(ONE)
    page.get_by_role("link", name="Move or change").click()
    page.locator("button.slot").last.click()
    page.get_by_role("button", name="Move it").click()

    expect(page).to_have_url(ONE)
    expect(page.get_by_text("is now booked for")).to_be_visible()


@pytest.mark.parametrize("who", [FRONT, MAYA])
@pytest.mark.parametrize("name", BUSY)
def test_axe_finds_nothing_on_a_busy_day(open_desk: OpenDesk, who: str, name: str) -> None:
    page = open_desk(who, PHONE, reduced_motion="reduce")
    page.goto(BUSY[name])
    page.evaluate("scrollTo(0, document.body.scrollHeight)")  # the bar lies over half a row else
    light = axe_violations(page)
    page.emulate_media(color_scheme="dark")
    dark = [f"dark: {line}" for line in axe_violations(page, rules=COLOURS)]

    assert "\n".join(light + dark) == ""


@pytest.mark.parametrize("name", BUSY)
def test_a_busy_day_is_readable_with_large_targets_at_every_size(
    open_desk: OpenDesk, name: str
) -> None:
    page = open_desk(FRONT, PHONE, bypass_csp=True, reduced_motion="reduce")
    page.goto(BUSY[name])
    found = []
    for spaced in ("", " with wide spacing"):
        if spaced:
            page.add_style_tag(content=SPACED)
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            found += [f"{width}{spaced}: {line}" for line in what_is_lost(page)]
            found += [f"{width}{spaced}: {line}" for line in small_targets(page)]

    assert "\n".join(dict.fromkeys(found)) == ""


@pytest.mark.parametrize("address", ["/desk/", "/desk/calendar/", "/desk/book/"])
def test_the_focus_is_visible_everywhere(open_desk: OpenDesk, address: str) -> None:
    page = open_desk(MAYA, COUNTER)
    page.goto(address)
    keys = Keyboard(page)
    keys.walk()

    assert keys.problems == []
