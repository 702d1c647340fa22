"""The states of the pages about money at the desk."""

from collections.abc import Callable, Mapping
from functools import partial

from playwright.sync_api import Page, expect

from tests.browser.team import enter
from tests.servers.site import Site

Reach = Callable[[Page, Site], None]

NOT_PAGES = {"desk-remind"}
"""Addresses that only take a POST and redirect."""
ROWS = """
from decimal import Decimal
from uuid import uuid4
from booking.actions.actor import Actor, ActorType
from booking.actions.payments import record_payment
from booking.features.money.actions.extras import charge_product, charge_tip, give_discount
from booking.features.money.actions.settle import settle_locked
from booking.models import *

owner = Actor(ActorType.STAFF, User.objects.filter(staff_roles__role="owner").first())
visit = Appointment.objects.filter(status="completed", payments=None).order_by("-starts_at").first()
payment = record_payment(
    visit, amount=visit.price + 7, method="card", by=owner, seen_payment_count=0
)
tip = charge_tip(visit, amount=Decimal(5), token=str(uuid4()), by=owner)
charge_product(visit, amount=Decimal(12), description="Arnica oil", token=str(uuid4()), by=owner)
give_discount(visit, amount=Decimal(4), reason="Began late", token=str(uuid4()), by=owner)
print(visit.public_id, visit.patient.public_id, payment.number, tip.pk)
"""

PAY_ALL = """
from booking.actions.actor import Actor, ActorType
from booking.features.money.actions.extras import write_off
from booking.features.money.queries.unpaid import amount_owed, unpaid_visits
from booking.models import User
from clinic.lib.dates import clock

owner = User.objects.filter(staff_roles__role="owner").first()
for row in unpaid_visits(owner, clock.now()):
    write_off(
        row, amount=amount_owed(row), reason="Sample", token=str(row.pk),
        by=Actor(ActorType.STAFF, owner),
    )
"""


def _open(address: str, page: Page, site: Site) -> None:
    """Open an address as owner, with a visit that has charges and payments of every kind."""
    words = site.run_python(ROWS).split()[-4:]
    parts = dict(zip(("visit", "patient", "receipt", "tip"), words, strict=True))
    enter(page, site)
    page.goto(address.format(**parts))
    page.evaluate("scrollTo(0, document.body.scrollHeight)")  # otherwise the bar covers a link


def _without_statement(page: Page, site: Site) -> None:
    name = "print(Patient.objects.filter(appointments=None, merged_into=None)[0].public_id)"
    patient = site.run_python(f"from booking.models import *; {name}").split()[-1]
    enter(page, site)
    page.goto(f"/desk/patients/{patient}/statement/")


def _all_paid(page: Page, site: Site) -> None:
    site.run_python(PAY_ALL)
    enter(page, site)
    page.goto("/desk/money/")
    expect(page.get_by_text("Everything is paid")).to_be_visible()


def _press(address: str, button: str, page: Page, site: Site) -> None:
    _open(address, page, site)
    page.get_by_role("button", name=button).click()


def _second_look(page: Page, site: Site) -> None:
    _open("/desk/receipts/{receipt}/refund/", page, site)
    page.fill("#id_amount", "10")
    page.fill("#id_reason", "The treatment began late")
    page.get_by_role("button", name="Look at it once more").click()
    expect(page.get_by_role("heading", name="Give this back?")).to_be_visible()


VISIT = "/desk/appointments/{visit}/"
MONEY_STATES: Mapping[str, Reach] = {
    "desk-statement": partial(_open, "/desk/patients/{patient}/statement/"),
    "desk-statement: nothing": _without_statement,
    "desk-appointment: with charges": partial(_open, VISIT),
    "desk-receipt: can be given back": partial(_open, "/desk/receipts/{receipt}/"),
    "desk-unpaid": partial(_open, "/desk/money/"),
    "desk-unpaid: nothing": _all_paid,
    "desk-extra": partial(_open, VISIT + "money/tip/"),
    "desk-extra: a product": partial(_open, VISIT + "money/product/"),
    "desk-extra: a write-off": partial(_open, VISIT + "money/write-off/"),
    "desk-extra: without a reason": partial(_press, VISIT + "money/discount/", "Save"),
    "desk-extra-take-back": partial(_open, VISIT + "money/entries/{tip}/"),
    "desk-refund": partial(_open, "/desk/receipts/{receipt}/refund/"),
    "desk-refund: with errors": partial(
        _press, "/desk/receipts/{receipt}/refund/", "Look at it once more"
    ),
    "desk-refund: a second look": _second_look,
}
"""Opened as owner, who can see everything."""
