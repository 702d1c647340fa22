"""A known patient books from the account: few taps, no field, by keyboard, without JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import axe_violations
from tests.browser.conftest import Open
from tests.browser.focus import Keyboard
from tests.browser.patients import sign_in_as_regular
from tests.servers.site import Site

pytestmark = pytest.mark.browser

CHECK = re.compile(r"/me/book/[^/]+/$")
BOOKED = re.compile(r"/me/appointments/[0-9a-f-]{36}/$")
MAX_TAPS = 4
COUNT_TAPS_AND_FIELDS = """
  window.counted = JSON.parse(sessionStorage.counted || '{"taps": 0, "fields": 0}');
  const keep = () => { sessionStorage.counted = JSON.stringify(window.counted); };
  addEventListener("click", () => { counted.taps += 1; keep(); }, true);
  addEventListener("input", () => { counted.fields += 1; keep(); }, true);
"""


def booked_text(page: Page) -> str:
    expect(page).to_have_url(BOOKED)
    expect(page.get_by_text("Booked", exact=True).first).to_be_visible()
    return page.locator("main").inner_text()


def test_from_the_account_to_booked_with_few_taps_and_no_field(
    open_context: Open, site: Site
) -> None:
    context = open_context(width=390, height=844)
    page = context.new_page()
    sign_in_as_regular(page, site)
    page.add_init_script(COUNT_TAPS_AND_FIELDS)
    page.goto("/me/")
    page.locator("button.slot").first.click()
    expect(page).to_have_url(CHECK)
    violations = axe_violations(page)
    page.get_by_role("button", name="Nothing new: book").click()
    booked_text(page)
    counted = page.evaluate("window.counted")

    assert violations == []
    assert counted["fields"] == 0
    assert counted["taps"] <= 2 <= MAX_TAPS


def test_the_same_by_keyboard(open_context: Open, site: Site) -> None:
    page = open_context(width=390, height=664).new_page()
    sign_in_as_regular(page, site)
    when = re.sub(r"\s+", " ", page.locator("button.slot").first.inner_text())
    keys = Keyboard(page)
    keys.tab_to(f"button {when}")
    page.keyboard.press("Enter")
    expect(page).to_have_url(CHECK)
    keys.tab_to("button Nothing new: book")
    page.keyboard.press("Enter")
    booked_text(page)

    assert keys.problems == []


def test_the_same_without_javascript_and_then_cancelled_and_undone(
    open_context: Open, site: Site
) -> None:
    page = open_context(java_script_enabled=False).new_page()
    sign_in_as_regular(page, site)
    page.locator("button.slot").first.click()
    page.get_by_role("button", name="Nothing new: book").click()
    booked_text(page)
    page.get_by_role("link", name="Cancel it").click()
    page.get_by_role("button", name="Yes, cancel it").click()
    page.get_by_role("button", name="Undo the cancellation").click()
    expect(page.get_by_text("Your appointment is booked again.")).to_be_visible()
    page.get_by_role("link", name="All your appointments").click()
    page.get_by_role("button", name="Sign out").last.click()
    page.goto("/me/")
    expect(page).to_have_url(re.compile("/accounts/login/"))


def test_public_pages_show_the_account_by_a_script(open_context: Open, site: Site) -> None:
    page = open_context(width=1440, height=900).new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/", wait_until="networkidle")
    guest = [url for url in asked if "/me/" in url]
    sign_in_as_regular(page, site)
    page.goto("/")
    page.locator(".account-menu summary").click()
    page.locator(".account-menu").get_by_role("button", name="Sign out").click()
    page.goto("/", wait_until="networkidle")

    assert guest == []
    assert page.locator("header").get_by_role("link", name="Your appointments").is_visible()
    assert page.locator(".account-menu").count() == 0
