"""The states of the account's pages about the person, reached by data and a session."""

import re
from collections.abc import Callable, Mapping
from functools import partial

from playwright.sync_api import Page, expect

from tests.browser.mail_states import manage
from tests.servers.site import Site

Reach = Callable[[Page, Site], None]

NOT_PAGES = {
    "me-calendar-end", "me-device-end", "me-devices-end-others", "me-links-end", "me-erasure",
    "me-erasure-withdraw", "me-receipt-file", "desk-erasure-done",
}  # fmt: skip
"""Addresses that only take a POST and redirect, and a file."""
SIGN_IN = """
from datetime import timedelta
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.http import HttpRequest
from allauth.mfa.models import Authenticator
from booking.access import staff_sessions
from booking.access.allauth_internals import record_authentication
from booking.access.session_engine import SessionStore
from booking.actions.actor import Actor, ActorType
from booking.actions.payments import record_payment
from booking.models import *
from clinic.lib.dates import clock

patient = Patient.objects.filter(screenings__isnull=False, appointments__status="completed").first()
user, _ = User.objects.get_or_create(
    email=patient.email.lower(), defaults={"name": patient.name, "password": "!"}
)
patient.user = user
patient.save()
for days in (3, 0):
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "allauth.account.auth_backends.AuthenticationBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    staff_sessions.start_session(session, clock.now() - timedelta(days=days), staff=False)
    request = HttpRequest()
    request.session = session
    record_authentication(request, user, "code")
    session.save()
UserSession.objects.exclude(row_key=session.row_key).update(device="Safari, iPhone")
desk = Actor(ActorType.STAFF, User.objects.get(email__startswith="frontdesk@"))
if not Payment.objects.filter(appointment__patient=patient).exists():
    visit = patient.appointments.filter(status="completed").first()
    record_payment(visit, amount=visit.price, method="card", by=desk, seen_payment_count=0)
number = Payment.objects.filter(appointment__patient=patient).first().number
earlier = clock.now() - timedelta(days=100)
Screening.objects.filter(patient=patient).update(answered_at=earlier, long_answered_at=earlier)
change, _ = EmailChange.objects.get_or_create(
    user=user, old_email="old@mail.example", new_email=user.email, completed_at=clock.now()
)
from booking.queries.patients.email_changes import undo_token
print(session.session_key, number, undo_token(change))
"""


def enter_as_patient(page: Page, site: Site) -> tuple[str, str]:
    """Sign in as a patient with visits. Return the number of a receipt, and an undo token."""
    said = manage(site, "shell", "-v0", "-c", SIGN_IN).split()
    key, number, token = said[-3:]
    page.context.add_cookies([{"name": "session", "value": key, "url": site.url}])
    return number, token


def _open(address: str, page: Page, site: Site) -> None:
    enter_as_patient(page, site)
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


def _receipt(page: Page, site: Site) -> None:
    number, _token = enter_as_patient(page, site)
    page.goto(f"/me/receipts/{number}/")


def _calendar(page: Page, site: Site) -> None:
    _open("/me/reminders/", page, site)
    page.get_by_role("button", name="Make an address").click()
    expect(page.get_by_label("The address of your calendar")).to_be_visible()


def _erasure_asked(page: Page, site: Site) -> None:
    _open("/me/download/", page, site)
    page.get_by_role("button", name="Ask to erase my data").click()
    expect(page.get_by_role("button", name="Withdraw my request")).to_be_visible()


def _undo(page: Page, site: Site, *, press: bool = False) -> None:
    _number, token = enter_as_patient(page, site)
    page.goto(f"/email-changes/{token}/")
    if press:
        page.get_by_role("button", name="Give me my old address back").click()
        expect(page.get_by_role("heading", name="counts again")).to_be_visible()


OWN_RECORD: Mapping[str, Reach] = {
    "me-details": partial(_open, "/me/details/"),
    "me-details: with errors": _details_with_errors,
    "me-email": partial(_open, "/me/details/email/"),
    "me-email-code": _email_code,
    "me-health": partial(_open, "/me/health/"),
    "me-health-questions": partial(_open, "/me/health/questions/"),
    "me-reminders": partial(_open, "/me/reminders/"),
    "me-calendar": _calendar,
    "me-receipts": partial(_open, "/me/receipts/"),
    "me-receipt": _receipt,
    "me-devices": partial(_open, "/me/devices/"),
    "me-access": partial(_open, "/me/access/"),
    "me-download": partial(_open, "/me/download/"),
    "me-download: erasure asked for": _erasure_asked,
    "me-identity": partial(_open, "/me/identity/"),
    "me-identity: code mailed": _identity_code,
    "email-change-undo": _undo,
    "email-change-undo: undone": partial(_undo, press=True),
}
