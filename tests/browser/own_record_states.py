"""The states of the account's pages about the person."""

import re
from collections.abc import Callable, Mapping
from functools import partial

from playwright.sync_api import Page, expect

from tests.browser.patients import EMAIL
from tests.browser.ready import enter_as_regular
from tests.servers.site import Site

Reach = Callable[[Page, Site], None]

NOT_PAGES = {
    "me-calendar-end", "me-device-end", "me-devices-end-others", "me-links-end", "me-erasure",
    "me-health-call-back", "me-consent", "me-consent-withdraw", "me-restriction",
    "me-restriction-withdraw",
    "me-erasure-withdraw", "me-receipt-file", "desk-erasure-done",
}  # fmt: skip
"""Addresses that only take a POST and redirect, and a file."""
UNDO_LINK = """
from booking.models import EmailChange, Patient, User
from booking.queries.patients.email_changes import undo_token
from clinic.lib.dates import clock
user, _ = User.objects.get_or_create(email="moved@reader.example")
Patient.objects.get_or_create(user=user, defaults={"name": "Ana", "email": user.email})
print(undo_token(EmailChange.objects.create(
    user=user, old_email="old@reader.example", new_email=user.email, completed_at=clock.now()
)))
"""


def _open(address: str, page: Page, site: Site) -> None:
    enter_as_regular(page, site)
    page.goto(address)


def _details_with_errors(page: Page, site: Site) -> None:
    _open("/me/details/", page, site)
    page.get_by_label("Your name").fill("")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_be_visible()


def _email_code(page: Page, site: Site) -> None:
    _open("/me/details/email/", page, site)
    page.get_by_label("New e-mail address").fill("new@reader.example")
    page.get_by_role("button", name="Mail me a code").click()
    expect(page).to_have_url(re.compile("/email/code/$"))


def _identity_code(page: Page, site: Site) -> None:
    _open("/me/identity/", page, site)
    page.get_by_role("button", name="Mail me a code").click()
    expect(page.get_by_label("Code from the mail")).to_be_visible()


def _paid(page: Page, site: Site, address: str) -> None:
    """Sign in as a patient who has paid for a visit with receipt 1, and has another to pay."""
    enter_as_regular(page, site)
    if not site.sql("SELECT 1 FROM booking_payment"):
        site.sql(
            "INSERT INTO booking_payment (number, appointment_id, amount, currency, method, "
            "description, taken_at, taken_by_id) SELECT 1, a.id, a.price, a.currency, 'card', "
            "'Swedish massage, 60 min', a.ends_at, (SELECT min(id) FROM booking_user) "
            "FROM booking_appointment a JOIN booking_patient p ON p.id = a.patient_id "
            "WHERE p.email = ? AND a.status = 'completed' ORDER BY a.starts_at LIMIT 1",
            EMAIL,
        )
    page.goto(address)
    expect(page.get_by_text("Receipt 1").first).to_be_visible()


def _calendar(page: Page, site: Site) -> None:
    _open("/me/reminders/", page, site)
    page.get_by_role("button", name="Make an address").click()
    expect(page.get_by_label("The address of your calendar")).to_be_visible()


def _erasure_asked(page: Page, site: Site) -> None:
    _open("/me/download/", page, site)
    page.get_by_role("button", name="Ask to erase my data").click()
    expect(page.get_by_role("button", name="Withdraw my request")).to_be_visible()


def _restriction_asked(page: Page, site: Site) -> None:
    _open("/me/download/", page, site)
    page.get_by_label("I need it for a legal claim").check()
    page.get_by_role("button", name="Ask to restrict my data").click()
    expect(page.get_by_role("button", name="Withdraw my request to restrict")).to_be_visible()


def _consent_withdrawn(page: Page, site: Site, address: str = "/me/health/") -> None:
    _open(address, page, site)
    page.get_by_role("button", name="Withdraw the consent").click()
    expect(page.get_by_role("button", name="Give the consent again")).to_be_visible()


def _undo(page: Page, site: Site, *, press: bool = False) -> None:
    token = site.run_python(UNDO_LINK).strip()
    page.goto(f"/email-changes/{token}/")
    if press:
        page.get_by_role("button", name="Restore my old address").click()
        expect(page.get_by_role("heading", name="old address is back")).to_be_visible()


OWN_RECORD: Mapping[str, Reach] = {
    "me-details": partial(_open, "/me/details/"),
    "me-details: with errors": _details_with_errors,
    "me-email": partial(_open, "/me/details/email/"),
    "me-email-code": _email_code,
    "me-health": partial(_open, "/me/health/"),
    "me-health-questions": partial(_open, "/me/health/questions/"),
    "me-reminders": partial(_open, "/me/reminders/"),
    "me-calendar": _calendar,
    "me-receipts": partial(_paid, address="/me/receipts/"),
    "me-receipt": partial(_paid, address="/me/receipts/1/"),
    "me-devices": partial(_open, "/me/devices/"),
    "me-access": partial(_open, "/me/access/"),
    "me-download": partial(_open, "/me/download/"),
    "me-download: erasure asked for": _erasure_asked,
    "me-download: restriction asked for": _restriction_asked,
    "me-health: consent withdrawn": _consent_withdrawn,
    "me-identity": partial(_open, "/me/identity/"),
    "me-identity: code mailed": _identity_code,
    "email-change-undo": _undo,
    "email-change-undo: undone": partial(_undo, press=True),
}
