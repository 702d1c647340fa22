"""From /book/ to the appointment, with JavaScript off, and axe on every page."""

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.axe import axe_violations
from tests.browser.conftest import Open
from tests.browser.health_states import BLOOD
from tests.browser.steps import (
    APPOINTMENT_PAGE,
    HOLD_PAGE,
    QUESTIONS_PAGE,
    fill_in,
    go_on,
    open_questions,
    say_no,
)

pytestmark = pytest.mark.browser


def test_a_massage_is_booked_and_every_page_is_accessible(open_context: Open) -> None:
    context = open_context(java_script_enabled=False)
    checker = open_context()
    page = context.new_page()
    page.goto("/book/")
    seen = [page.url]
    page.get_by_role("link", name="Swedish massage").click()
    seen.append(page.url)
    page.locator("button.slot").first.click()
    seen.append(page.url)
    expect(page).to_have_url(QUESTIONS_PAGE)
    open_questions(page)
    page.get_by_label(BLOOD, exact=True).check()
    page.get_by_role("button", name="Agree and continue", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    page.get_by_label(BLOOD, exact=True).uncheck()
    say_no(page)
    expect(page).to_have_url(HOLD_PAGE)
    seen.append(page.url)
    page.get_by_role("button", name="Book now").click()
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    bad = check_all(checker, seen)
    fill_in(page)
    go_on(page)
    expect(page).to_have_url(APPOINTMENT_PAGE)
    expect(page.get_by_text("Booked", exact=True).first).to_be_visible()

    assert "\n".join(bad + check_all(checker, [page.url])) == ""


def check_all(context: BrowserContext, addresses: list[str]) -> list[str]:
    """What axe says of each address; axe itself needs JavaScript."""
    page = context.new_page()
    found = []
    for address in addresses:
        page.goto(address)
        found += [f"{address} {violation}" for violation in axe_violations(page)]
    page.close()
    return found
