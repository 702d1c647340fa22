"""The steps of staff in a browser: sign in, add passkeys and apps, lock the desk."""

import hashlib
import hmac
import json
import re
import time
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, expect

from booking.access.allauth_internals import totp_code
from booking.demo import DEMO_PASSWORD
from clinic.lib.crypto import cipher
from tests.servers.site import Site

DESK = re.compile(r"/desk/$")
SECOND_STEP = re.compile(r"/accounts/2fa/authenticate/$")
AUTHENTICATOR: dict[str, Any] = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def address_of(who: str) -> str:
    return f"{who}@lakeside-massage.example"


def give_password(page: Page, who: str, password: str = DEMO_PASSWORD) -> None:
    """Enter e-mail and password on the sign-in page."""
    page.get_by_label("E-mail").fill(address_of(who))
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in with the password").click()


def sign_in(page: Page, who: str = "owner") -> None:
    """Sign in up to the desk, for users without a second factor."""
    page.goto("/accounts/login/")
    give_password(page, who)
    expect(page).to_have_url(DESK)


def let_in(browser: Browser, site: Site, *staff: str) -> None:
    """Sign these users in once, for `enter`; call `site.remember` afterwards."""
    for who in staff:
        context = browser.new_context(base_url=site.url)
        page = context.new_page()
        for is_last in (False, False, True):
            page.goto("/accounts/login/")
            give_password(page, who)
            try:
                expect(page).not_to_have_url(re.compile("/accounts/login/"))
                break
            except AssertionError:  # a busy database says so, and is tried again as by a person
                if is_last:
                    raise
        site.cookies[who] = context.cookies()
        context.close()


def enter(page: Page, site: Site, who: str = "owner") -> None:
    """Use the session of `let_in` as if just signed in; loads no page."""
    renew_session(site, who)
    page.context.add_cookies(site.cookies[who])


def renew_session(site: Site, who: str) -> None:
    """Set the sign-in time of a session to now, as some pages require a recent sign-in."""
    session_key = next(c["value"] for c in site.cookies[who] if c["name"] == "session")
    digits = hmac.new(
        site.secret("LINK_KEYS").encode(), f"session\x1f{session_key}".encode(), "sha256"
    ).hexdigest()
    row_key = digits[:40]
    place = f"django_session.session_data.{row_key}"
    options: dict[str, Any] = {"associated_data": place, "secrets": [site.secret("FIELD_KEYS")]}
    row = site.sql("SELECT session_data FROM django_session WHERE session_key = ?", row_key)
    session, now = json.loads(cipher.decrypt(row[0][0], **options)), time.time()
    for method in session["account_authentication_methods"]:
        method["at"] = now
    if "staff_seen" in session:
        session["staff_seen"] = now
    site.sql(
        "UPDATE django_session SET session_data = ? WHERE session_key = ?",
        cipher.encrypt(json.dumps(session), **options),
        row_key,
    )


def virtual_passkeys(page: Page) -> tuple[CDPSession, str]:
    """Add a virtual authenticator that accepts every passkey; return its id."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    added = session.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
    return session, added["authenticatorId"]


def add_passkey(page: Page, name: str) -> None:
    """Add a passkey for the signed-in user; ends on the recovery codes or the list of factors."""
    page.goto("/accounts/2fa/webauthn/add/")
    page.get_by_label("A name to know it by").fill(name)
    page.get_by_role("button", name="Add it").click()
    expect(page).to_have_url(re.compile(r"/accounts/2fa/(recovery-codes/)?$"))


def add_app(page: Page) -> tuple[str, str]:
    """Add an authenticator app for the signed-in user; return its secret and the code used."""
    page.goto("/accounts/2fa/totp/activate/")
    secret = page.locator("code.secret").inner_text().strip()
    code = code_now(secret)
    page.get_by_label("Code that the app shows").fill(code)
    page.get_by_role("button", name="Set up").click()
    expect(page).to_have_url(re.compile(r"/accounts/2fa/(recovery-codes/)?$"))
    return secret, code


def code_now(secret: str, *, steps: int = 0) -> str:
    """Return the code of an app with this secret, now or `steps` half minutes later."""
    return totp_code(secret, int(time.time()) // 30 + steps)


def forget_second_steps(site: Site) -> None:
    """Delete all passkeys and apps."""
    site.sql("DELETE FROM mfa_authenticator")


def age_sessions(page: Page) -> None:
    """Make the page's script think that the desk was last used an hour ago."""
    page.evaluate("localStorage.setItem('desk-last-used', Date.now() - 3600000)")


def invitation(site: Site, *, name: str = "Nia New") -> str:
    """Create an invitation in the database and return its path."""
    token = hashlib.sha256(name.encode()).hexdigest()[:48]
    site.sql("DELETE FROM booking_invitation")
    site.sql(
        "INSERT INTO booking_invitation (email, name, roles, token_hash, created_at, expires_at) "
        "VALUES (?, ?, ?, ?, datetime('now'), datetime('now', '+7 days'))",
        "nia@lakeside-massage.example",
        name,
        '["frontdesk"]',
        hashlib.sha256(token.encode()).hexdigest(),
    )
    return f"/accounts/invitation/{token}/"
