"""An idle desk locks itself, in every tab, and nothing that was typed is lost."""

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from booking.demo import DEMO_PASSWORD
from tests.browser.conftest import Open
from tests.browser.focus import Keyboard
from tests.browser.team import age_sessions, enter, forget_second_steps
from tests.servers.site import Site

pytestmark = pytest.mark.browser


@pytest.fixture
def context(open_context: Open, site: Site) -> BrowserContext:
    forget_second_steps(site)
    return open_context(width=1280)


@pytest.fixture
def page(context: BrowserContext, site: Site) -> Page:
    opened = context.new_page()
    enter(opened, site)
    opened.goto("/desk/staff/")
    opened.get_by_label("E-mail").fill("half@typ")
    return opened


def is_locked(page: Page) -> None:
    expect(page.get_by_role("dialog", name="This desk is locked")).to_be_visible()
    expect(page.get_by_role("heading", name="Team", include_hidden=True)).to_be_hidden()


def unlock(page: Page, password: str = DEMO_PASSWORD) -> None:
    page.get_by_role("dialog").get_by_label("Your password").fill(password)
    page.get_by_role("dialog").get_by_role("button", name="Unlock").click()


def is_open(page: Page) -> None:
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.get_by_label("E-mail")).to_have_value("half@typ")


def test_an_idle_page_locks_and_keeps_the_input(page: Page) -> None:
    age_sessions(page)
    is_locked(page)
    unlock(page, "wrong")
    expect(page.get_by_role("alert")).to_contain_text("That is not your password.")
    is_locked(page)
    unlock(page)

    is_open(page)
    assert page.request.get("/desk/").url.endswith("/desk/")


def test_the_server_is_locked_with_the_page(page: Page) -> None:
    with page.expect_response(re.compile("/desk/lock/")):
        age_sessions(page)

    assert "/desk/locked/" in page.request.get("/desk/").url


def test_escape_does_not_unlock(page: Page) -> None:
    age_sessions(page)
    is_locked(page)
    for _ in range(3):
        page.keyboard.press("Escape")
    page.wait_for_timeout(200)

    is_locked(page)


def test_the_keyboard_stays_inside_the_lock_screen(page: Page) -> None:
    age_sessions(page)
    is_locked(page)
    expect(page.get_by_label("Your password")).to_be_focused()
    keys = Keyboard(page)
    for _ in range(6):
        page.keyboard.press("Tab")
        inside = page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )
        assert inside
    assert keys.problems == []


def test_every_tab_is_locked_and_unlocked_together(context: BrowserContext, page: Page) -> None:
    other = context.new_page()
    other.goto("/desk/staff/")
    other.get_by_label("E-mail").fill("half@typ")
    with page.expect_response(re.compile("/desk/lock/")):
        page.get_by_role("button", name="Lock the desk now").click()
    is_locked(page)
    is_locked(other)
    unlock(page)

    is_open(page)
    is_open(other)


def test_a_form_sent_after_the_time_limit_locks_and_is_not_sent(page: Page, site: Site) -> None:
    before = site.sql("SELECT count(*) FROM booking_invitation")
    page.get_by_label("E-mail").fill("late@lakeside-massage.example")
    page.get_by_label("editor", exact=True).check()
    age_sessions(page)
    is_locked(page)
    unlock(page)
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert site.sql("SELECT count(*) FROM booking_invitation") == before
    page.get_by_role("button", name="Send the invitation").click()

    expect(page.get_by_role("status")).to_contain_text("on its way")


def test_without_javascript_a_form_sent_too_late_is_offered_again(
    open_context: Open, site: Site
) -> None:
    forget_second_steps(site)
    page = open_context(java_script_enabled=False).new_page()
    enter(page, site)
    page.goto("/desk/staff/")
    page.get_by_label("E-mail").fill("slow@lakeside-massage.example")
    page.get_by_label("editor", exact=True).check()
    tab = page.context.new_page()
    tab.goto("/desk/")
    tab.get_by_role("button", name="Lock the desk now").click()
    expect(tab.get_by_role("heading", name="This desk is locked")).to_be_visible()
    page.get_by_role("button", name="Send the invitation").click()
    page.get_by_label("Your password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Unlock").click()
    page.get_by_role("button", name="Send it").click()

    expect(page.locator(".desk-person", has_text="slow@")).to_be_visible()


def test_a_signed_out_user_is_asked_to_sign_in(context: BrowserContext, page: Page) -> None:
    with page.expect_response(re.compile("/desk/lock/")):  # its cookie would sign in again
        age_sessions(page)
    is_locked(page)
    context.clear_cookies()
    unlock(page)

    expect(page).to_have_url(re.compile(r"/accounts/login/\?next="))


def test_typing_keeps_the_desk_open(page: Page) -> None:
    page.evaluate("localStorage.setItem('desk-last-used', Date.now() - 14 * 60000)")
    page.get_by_label("E-mail").press("End")
    page.wait_for_timeout(1200)

    assert int(page.evaluate("Date.now() - localStorage.getItem('desk-last-used')")) < 5000
    is_open(page)


def test_escape_closes_more_and_gives_the_focus_back(page: Page) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    more = page.locator(".desk-more > summary")
    more.press("Enter")
    page.get_by_role("link", name="How you sign in").focus()
    page.keyboard.press("Escape")

    expect(page.get_by_role("button", name="Sign out")).to_be_hidden()
    expect(more).to_be_focused()
