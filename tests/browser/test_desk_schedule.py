"""The schedule at the desk, on a phone and at a counter, with and without JavaScript."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open
from tests.browser.focus import Keyboard
from tests.browser.schedule_states import (
    SCHEDULE,
    reach_preview,
    take_time_off,
    three_patients,
)
from tests.browser.steps import is_marked, mark
from tests.browser.team import enter
from tests.servers.site import Site

pytestmark = pytest.mark.browser

SIZES = {"phone": (390, 844), "counter": (1440, 900)}
Row = tuple[str, str]


def rows(site: Site, keys: list[int]) -> list[Row]:
    """Status and override of the appointments, in the order asked."""
    marks = ", ".join("?" * len(keys))
    found = {
        key: (status, override)
        for key, status, override in site.sql(
            f"SELECT id, status, override FROM booking_appointment WHERE id IN ({marks})", *keys
        )
    }
    return [found[key] for key in keys]


def told(site: Site, keys: list[int]) -> list[str]:
    """The kinds of messages about the appointments, but for reminders."""
    marks = ", ".join("?" * len(keys))
    found = site.sql(
        "SELECT kind FROM booking_message WHERE kind IN ('moved', 'cancelled') "
        f"AND appointment_id IN ({marks}) ORDER BY kind",
        *keys,
    )
    return [kind for (kind,) in found]


def pick(page: Page, key: int, value: str) -> None:
    """Press the first radio button of an appointment whose value begins like this."""
    choices(page, key, value).first.check()


def choices(page: Page, key: int, value: str) -> Locator:
    """The radio buttons of an appointment whose value begins like this.

    There is none to move it for a patient whose health answers stand in the way.
    """
    return page.locator(f"input[name='choice-{key}'][value^='{value}']")


def settle(page: Page) -> None:
    page.get_by_role("button", name="Save and settle all 3").click()
    expect(page.get_by_text("The time off is saved.")).to_be_visible()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_a_sick_day_with_three_patients_is_resolved(
    open_context: Open, site: Site, size: str, script: bool
) -> None:
    width, height = SIZES[size]
    context = open_context(width=width, height=height, java_script_enabled=script)
    page = context.new_page()
    keys = reach_preview(page, site)
    keys.sort(key=lambda key: not choices(page, key, "move").count())
    assert rows(site, keys) == [("booked", "")] * 3
    pick(page, keys[0], "move")
    pick(page, keys[1], "keep")
    pick(page, keys[2], "cancel")
    page.get_by_label("A sentence for those").fill("We are very sorry.")
    settle(page)

    assert rows(site, keys) == [("booked", ""), ("booked", "kept"), ("cancelled", "")]
    assert told(site, keys) == ["cancelled", "moved"]
    expect(page.get_by_text("1 appointment moved. 1 appointment canceled.")).to_be_visible()


@pytest.mark.parametrize("script", [True, False], ids=["with JavaScript", "without"])
def test_all_three_are_resolved_with_two_clicks(
    open_context: Open, site: Site, script: bool
) -> None:
    page = open_context(java_script_enabled=script).new_page()
    keys = reach_preview(page, site)
    mark(page) if script else None
    page.get_by_role("button", name="Keep all").click()
    if script:
        assert is_marked(page)
        expect(page.get_by_text("Chosen for all. Nothing is saved yet.")).to_be_visible()
    settle(page)

    assert rows(site, keys) == [("booked", "kept")] * 3


def test_a_double_click_resolves_once(open_context: Open, site: Site) -> None:
    page = open_context().new_page()
    keys = reach_preview(page, site)
    page.get_by_role("button", name="Cancel all and tell them").click()
    page.get_by_role("button", name="Save and settle all 3").dblclick()
    expect(page.get_by_text("The time off is saved.")).to_be_visible()

    assert told(site, keys) == ["cancelled"] * 3


def test_missing_choices_are_named_and_others_kept(open_context: Open, site: Site) -> None:
    page = open_context(width=320, height=640).new_page()
    keys = reach_preview(page, site)
    pick(page, keys[1], "keep")
    page.get_by_role("button", name="Save and settle all 3").click()
    expect(page.locator(".error-summary")).to_be_focused()
    links = page.locator(".error-summary a")
    expect(links).to_have_count(2)
    links.first.click()

    assert page.evaluate("document.activeElement.name") == f"choice-{keys[0]}"
    expect(page.locator(f"input[name='choice-{keys[1]}'][value=keep]")).to_be_checked()


def test_hours_are_edited_in_place(open_context: Open, site: Site) -> None:
    page = open_context().new_page()
    enter(page, site)
    page.goto(f"{SCHEDULE}hours/")
    mark(page)
    page.locator("#add-2").click()
    expect(page.locator("#id_d2-0-from")).to_be_focused()
    page.fill("#id_d2-0-from", "10:00")
    page.fill("#id_d2-0-to", "12:00")
    page.locator("#drop-0-0").click()
    expect(page.locator("#add-0")).to_be_focused()
    page.get_by_text("Copy a day").click()
    page.select_option("#copy-day", "2")
    page.get_by_label("Sunday", exact=True).check()
    page.get_by_role("button", name="Copy the day").click()
    expect(page.locator("#id_d6-0-to")).to_have_value("12:00")
    expect(page.get_by_role("status")).to_contain_text("Copied. Nothing is saved yet.")

    assert is_marked(page)
    assert page.locator("#id_d2-0-from").input_value() == "10:00"


def test_new_hours_far_ahead_are_planned_and_removed(open_context: Open, site: Site) -> None:
    page = open_context(width=1440, java_script_enabled=False).new_page()
    enter(page, site)
    page.goto("/desk/schedule/tom-becker/hours/")
    page.locator("#add-6").click()
    page.fill("#id_d6-0-from", "10:00")
    page.fill("#id_d6-0-to", "11:00")
    last = page.locator("#id_first").get_attribute("max") or ""
    page.fill("#id_first", last)
    page.locator("#id_first").press("Enter")
    expect(page.get_by_text("The weekly hours are saved.")).to_be_visible()
    page.get_by_role("link", name=re.compile("Change From")).click()
    page.locator("#drop-6-0").click()
    page.get_by_role("button", name="Save these hours").click()
    expect(page.get_by_text("The weekly hours are saved.")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("Change From"))).to_have_count(0)


def test_one_day_gets_other_hours_and_its_usual_ones_again(open_context: Open, site: Site) -> None:
    page = open_context().new_page()
    enter(page, site)
    page.goto(f"{SCHEDULE}day/")
    last = page.locator("input[type=date]").get_attribute("value") or ""
    page.fill("#look-day", f"{int(last[:4]) + 1}-01-10")
    page.get_by_role("button", name="Show this day").click()
    place = page.locator(".span-row").count()
    page.get_by_role("button", name="Add hours").click()
    expect(page.locator(".span-row")).to_have_count(place + 1)
    page.fill(f"#id_d0-{place}-from", "19:00")
    page.fill(f"#id_d0-{place}-to", "20:00")
    page.get_by_role("button", name="Save this day").click()
    expect(page.get_by_text(re.compile("^Saved:"))).to_be_visible()
    page.get_by_role("link", name=re.compile("Change Sunday 10|Change .* 10 January")).click()
    page.get_by_role("button", name="Back to the weekly hours").click()
    expect(page.get_by_text(re.compile("^Saved:"))).to_be_visible()


@pytest.mark.parametrize("size", SIZES)
def test_time_off_is_taken_with_the_keyboard_alone(
    open_context: Open, site: Site, size: str
) -> None:
    width, height = SIZES[size]
    page = open_context(width=width, height=height, reduced_motion="reduce").new_page()
    enter(page, site)
    slug, day, starts, keys = three_patients(site)
    take_time_off(page, slug, day, starts)
    keyboard = Keyboard(page)
    page.wait_for_load_state()  # before its script runs, the button opens the next page
    keyboard.tab_to("button Keep all")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Chosen for all. Nothing is saved yet.")).to_be_visible()
    keyboard.tab_to("button Save and settle")
    keyboard.submit()
    expect(page.get_by_text("The time off is saved.")).to_be_visible()
    keyboard.walk()

    assert rows(site, keys) == [("booked", "kept")] * 3
    assert keyboard.problems == []
