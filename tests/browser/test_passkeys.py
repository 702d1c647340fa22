"""Passkeys and apps in a real browser: added, used to sign in and to unlock the desk."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.team import (
    DESK,
    SECOND_STEP,
    add_app,
    add_passkey,
    code_now,
    enter,
    forget_second_steps,
    give_password,
    sign_in,
    virtual_passkeys,
)
from tests.servers.site import Site

pytestmark = pytest.mark.browser


@pytest.fixture
def page(open_context: Open, site: Site) -> Iterator[Page]:
    forget_second_steps(site)
    yield open_context().new_page()
    forget_second_steps(site)


def sign_out(page: Page) -> None:
    page.goto("/desk/")
    page.locator(".desk-more > summary").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page).to_have_url(re.compile(r"/$"))


def use_passkey(page: Page) -> None:
    page.get_by_role("button", name="Use a passkey").click()


def test_a_passkey_is_added_and_signs_in_by_itself(page: Page) -> None:
    virtual_passkeys(page)
    sign_in(page)
    add_passkey(page, "Kitchen phone")
    expect(page.locator(".codes code")).to_have_count(10)
    page.get_by_role("link", name="I have them").click()
    expect(page).to_have_url(DESK)
    sign_out(page)
    page.goto("/accounts/login/")
    use_passkey(page)

    expect(page).to_have_url(DESK)
    page.goto("/accounts/2fa/webauthn/")
    expect(page.locator(".desk-person", has_text="Kitchen phone")).to_be_visible()


def test_the_requested_page_opens_after_the_passkey(page: Page, site: Site) -> None:
    virtual_passkeys(page)
    enter(page, site)
    add_passkey(page, "Phone")
    sign_out(page)
    page.goto("/desk/staff/")
    use_passkey(page)

    expect(page).to_have_url(re.compile(r"/desk/staff/$"))


def test_a_passkey_is_the_second_step_after_a_password(page: Page, site: Site) -> None:
    virtual_passkeys(page)
    enter(page, site)
    add_passkey(page, "Phone")
    sign_out(page)
    page.goto("/accounts/login/")
    give_password(page, "owner")
    expect(page).to_have_url(SECOND_STEP)
    use_passkey(page)

    expect(page).to_have_url(DESK)


def test_without_the_right_device_the_page_says_so_and_stays(page: Page, site: Site) -> None:
    device, name = virtual_passkeys(page)
    enter(page, site)
    add_passkey(page, "Phone")
    sign_out(page)
    page.goto("/accounts/login/")
    device.send("WebAuthn.setUserVerified", {"authenticatorId": name, "isUserVerified": False})
    use_passkey(page)

    expect(page.get_by_role("alert")).to_contain_text("That did not work.")
    expect(page).to_have_url(re.compile(r"/accounts/login/$"))


def test_a_passkey_is_renamed_and_removed(page: Page, site: Site) -> None:
    virtual_passkeys(page)
    enter(page, site)
    add_passkey(page, "Phone")
    page.goto("/accounts/2fa/webauthn/")
    page.get_by_role("link", name="Rename").click()
    page.get_by_label("A name to know it by").fill("Old phone")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".desk-person", has_text="Old phone")).to_be_visible()
    page.get_by_role("link", name="Remove").click()
    page.get_by_role("button", name="Remove it").click()

    expect(page.get_by_text("None yet.")).to_be_visible()
    assert site.sql("SELECT count(*) FROM mfa_authenticator") == [(0,)]


def test_an_app_is_added_by_its_secret_and_signs_in_with_a_newer_code(
    page: Page, site: Site
) -> None:
    enter(page, site, "frontdesk")
    secret, used = add_app(page)
    expect(page.locator(".codes code")).to_have_count(10)
    recovery = page.locator(".codes code").first.inner_text()
    sign_out(page)
    page.goto("/accounts/login/")
    give_password(page, "frontdesk")
    expect(page).to_have_url(SECOND_STEP)
    give_code(page, used)
    expect(page.get_by_role("alert")).to_contain_text("used before")
    give_code(page, code_now(secret, steps=1))
    expect(page).to_have_url(DESK)
    sign_out(page)
    page.goto("/accounts/login/")
    give_password(page, "frontdesk")
    give_code(page, recovery)

    expect(page).to_have_url(DESK)


def give_code(page: Page, code: str) -> None:
    page.get_by_label("Code from your app").fill(code)
    page.get_by_role("button", name="Sign in").click()


def test_the_code_can_be_read_by_a_phone(page: Page, site: Site) -> None:
    """The drawing is large enough and black on white, also in the dark."""
    page.emulate_media(color_scheme="dark")
    enter(page, site)
    page.goto("/accounts/2fa/totp/activate/")
    drawing = page.locator(".qr")
    box = drawing.bounding_box()

    assert box is not None
    assert box["width"] >= 180
    background = drawing.evaluate("(one) => getComputedStyle(one).backgroundColor")
    assert background == "rgb(255, 255, 255)"


def test_a_passkey_unlocks_the_desk_on_the_same_page(page: Page, site: Site) -> None:
    virtual_passkeys(page)
    enter(page, site)
    add_passkey(page, "Phone")
    page.goto("/desk/staff/")
    page.get_by_label("Name").fill("Half a na")
    with page.expect_response(re.compile("/desk/lock/")):
        page.get_by_role("button", name="Lock the desk now").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Use a passkey").click()

    expect(dialog).to_be_hidden()
    expect(page.get_by_label("Name")).to_have_value("Half a na")
