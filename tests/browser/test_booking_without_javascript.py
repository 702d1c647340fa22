"""From /book/ to the appointment, with JavaScript off, and axe on every page."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.conftest import Open, axe_violations

pytestmark = pytest.mark.browser


def fill_in(page: Page, **changes: str) -> None:
    details = {
        "name": "Ana Reader",
        "email": "ana@reader.example",
        "phone": "312 555 0142",
        "note": "A little more time to undress, please.",
    } | changes
    for name, value in details.items():
        page.fill(f"#id_{name}", value)


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
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    fill_in(page)
    page.get_by_label("I agree").check()
    page.get_by_role("button", name="Continue").click()
    expect(page).to_have_url(re.compile("/review/$"))
    seen.append(page.url)
    bad = check_all(checker, seen)
    page.get_by_role("button", name="Book this appointment").click()
    expect(page).to_have_url(re.compile("/appointments/[^/]+/$"))
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
