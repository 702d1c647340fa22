"""The states of the sign-in pages and of the desk."""

import re
from collections.abc import Callable, Mapping
from functools import partial

from playwright.sync_api import Page, expect

from booking.demo import DEMO_PASSWORD
from tests.browser.team import (
    SECOND_STEP,
    add_app,
    add_passkey,
    enter,
    forget_second_steps,
    give_password,
    invitation,
    virtual_passkeys,
)
from tests.servers.site import Site

Reach = Callable[[Page, Site], None]

NOT_PAGES = {
    "mfa_login_webauthn", "desk-session-heartbeat", "desk-lock", "desk-staff-deactivate",
    "desk-invitation-revoke",
}  # fmt: skip
"""Addresses for scripts, and those that only take a POST and redirect."""


def _go(address: str, page: Page, _site: Site) -> None:
    page.goto(address)


def _signed_in(address: str, page: Page, site: Site) -> None:
    forget_second_steps(site)
    enter(page, site)
    page.goto(address)


def _today(page: Page, site: Site) -> None:
    """Scroll to the end of the list: elsewhere the bar of a phone covers half of a button."""
    _signed_in("/desk/", page, site)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")


def _wrong_password(page: Page, _site: Site) -> None:
    page.goto("/accounts/login/")
    give_password(page, "owner", "wrong")
    expect(page.get_by_role("alert")).to_be_visible()


def _code_asked(page: Page, _site: Site) -> None:
    page.goto("/accounts/login/code/")
    page.get_by_label("E-mail").fill("ana@reader.example")
    page.get_by_role("button", name="Send the code").click()
    expect(page.get_by_role("heading", name="Enter the code")).to_be_visible()


def _wrong_code(page: Page, site: Site) -> None:
    _code_asked(page, site)
    page.get_by_label("Code from the mail").fill("BBBB-BBBB")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()


def _invited(page: Page, site: Site) -> None:
    page.goto(invitation(site))
    expect(page.get_by_role("heading", name="Join the team")).to_be_visible()


def _weak_password(page: Page, site: Site) -> None:
    _invited(page, site)
    page.get_by_label("Choose a password").fill("short")
    page.get_by_role("button", name="Join the team").click()
    expect(page.get_by_role("alert")).to_be_visible()


def _with_app(address: str, page: Page, site: Site) -> None:
    forget_second_steps(site)
    enter(page, site)
    add_app(page)
    page.goto(address)


def _second_step(page: Page, site: Site) -> None:
    _with_app("/desk/", page, site)
    page.context.clear_cookies()
    page.goto("/accounts/login/")
    give_password(page, "owner")
    expect(page).to_have_url(SECOND_STEP)


def _wrong_second_step(page: Page, site: Site) -> None:
    _second_step(page, site)
    page.get_by_label("Code from your app").fill("000000")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_be_visible()


def _with_passkey(address: str, page: Page, site: Site) -> None:
    forget_second_steps(site)
    enter(page, site)
    device, _ = virtual_passkeys(page)
    add_passkey(page, "My phone")
    device.detach()
    row = site.sql("SELECT id FROM mfa_authenticator WHERE type = 'webauthn'")[0][0]
    page.goto(address.format(row))


def _more(page: Page, site: Site) -> None:
    _signed_in("/desk/", page, site)
    page.locator(".desk-more > summary").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()


def _member(page: Page, site: Site) -> None:
    row = site.sql("SELECT id FROM booking_user WHERE email LIKE 'frontdesk@%'")[0][0]
    _signed_in(f"/desk/staff/{row}/", page, site)


def _inviting_nobody(page: Page, site: Site) -> None:
    invitation(site)
    _signed_in("/desk/staff/", page, site)
    page.get_by_role("button", name="Send the invitation").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")


def _lock(page: Page, site: Site) -> None:
    _signed_in("/desk/", page, site)
    with page.expect_response(re.compile("/desk/lock/")):
        page.get_by_role("button", name="Lock the desk now").click()


def _locked_in_place(page: Page, site: Site) -> None:
    _lock(page, site)
    expect(page.get_by_role("dialog")).to_be_visible()


def _locked(page: Page, site: Site) -> None:
    _lock(page, site)
    page.goto("/desk/staff/")
    expect(page.get_by_role("heading", name="This desk is locked")).to_be_visible()


def _kept(page: Page, site: Site) -> None:
    """A form sent to a desk that was locked meanwhile is kept."""
    _signed_in("/desk/staff/", page, site)
    page.get_by_label("E-mail").fill("new@lakeside-massage.example")
    page.get_by_label("editor", exact=True).check()
    page.evaluate(
        """() => fetch("/desk/lock/", {method: "POST", headers: {Accept: "application/json",
             "X-CSRFToken": document.querySelector("[name=csrfmiddlewaretoken]").value}})"""
    )
    page.get_by_role("button", name="Send the invitation").click()
    page.get_by_label("Your password").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Unlock").click()
    expect(page.get_by_role("heading", name="Send it now?")).to_be_visible()


ACCOUNT: Mapping[str, Reach] = {
    "account_login": partial(_go, "/accounts/login/"),
    "account_login: a wrong password": _wrong_password,
    "account_inactive": partial(_go, "/accounts/inactive/"),
    "account_request_login_code": partial(_go, "/accounts/login/code/"),
    "account_confirm_login_code": _code_asked,
    "account_confirm_login_code: a wrong code": _wrong_code,
    "invitation": _invited,
    "invitation: a weak password": _weak_password,
    "invitation: over": partial(_go, f"/accounts/invitation/{'A' * 48}/"),
    "account_logout": partial(_signed_in, "/accounts/logout/"),
    "account_reauthenticate": partial(_signed_in, "/accounts/reauthenticate/"),
    "account_change_password": partial(_signed_in, "/accounts/password/"),
    "mfa_index": partial(_signed_in, "/accounts/2fa/"),
    "mfa_index: with an app": partial(_with_app, "/accounts/2fa/"),
    "mfa_authenticate": _second_step,
    "mfa_authenticate: a wrong code": _wrong_second_step,
    "mfa_reauthenticate": partial(_with_app, "/accounts/2fa/reauthenticate/"),
    "mfa_activate_totp": partial(_signed_in, "/accounts/2fa/totp/activate/"),
    "mfa_deactivate_totp": partial(_with_app, "/accounts/2fa/totp/deactivate/"),
    "mfa_view_recovery_codes": partial(_with_app, "/accounts/2fa/recovery-codes/"),
    "mfa_generate_recovery_codes": partial(_with_app, "/accounts/2fa/recovery-codes/generate/"),
    "mfa_list_webauthn": partial(_with_passkey, "/accounts/2fa/webauthn/"),
    "mfa_add_webauthn": partial(_signed_in, "/accounts/2fa/webauthn/add/"),
    "mfa_reauthenticate_webauthn": partial(_with_passkey, "/accounts/2fa/webauthn/reauthenticate/"),
    "mfa_edit_webauthn": partial(_with_passkey, "/accounts/2fa/webauthn/{}/edit/"),
    "mfa_remove_webauthn": partial(_with_passkey, "/accounts/2fa/webauthn/{}/remove/"),
}
"""Sign-in and account pages."""
DESK: Mapping[str, Reach] = {
    "desk": _today,
    "desk: more": _more,
    "desk: locked in place": _locked_in_place,
    "desk-staff": partial(_signed_in, "/desk/staff/"),
    "desk-staff: inviting nobody": _inviting_nobody,
    "desk-staff-member": _member,
    "desk-locked": _locked,
    "desk-pending-form": _kept,
}
"""The desk. No account has a second factor at first; the demo does not require one."""
