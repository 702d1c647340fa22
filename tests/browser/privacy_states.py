"""The states of the pages about erasure, retention rules and sealed records."""

from collections.abc import Callable, Mapping
from functools import partial

from playwright.sync_api import Page

from tests.browser.team import enter
from tests.servers.site import Site

Reach = Callable[[Page, Site], None]

NOT_PAGES = {"desk-retention-stop"}
"""Addresses that only take a POST and redirect."""
ROWS = """
from datetime import date
from booking.actions.actor import Actor, ActorType
from booking.actions.patients.restrictions import request_restriction, restrict_record
from booking.features.privacy.models import RetentionRule, RetentionRun, SealedRecord
from booking.models import *
from clinic.lib.dates import clock

RetentionRun.objects.all().delete()
upcoming = Patient.objects.filter(appointments__starts_at__gt=clock.now())
seen = Patient.objects.filter(appointments__status="completed").order_by("pk")
patient = seen.exclude(pk__in=upcoming.values("pk")).first()
booked = upcoming.filter(appointments__status="booked").order_by("pk").first()
erased, _ = Patient.objects.get_or_create(
    name="Erased person", email="", phone="", erased_at=clock.now()
)
sealed, _ = SealedRecord.objects.get_or_create(
    patient=erased, kind="treatment", defaults=dict(
        content='{"person": [{"name": "Ana Reader"}], "appointments": []}',
        because=["Here: records of treatment, 4 years from the last visit (Act 1)"],
        keep_until=date(2030, 11, 23),
    )
)
if "restricted" == "{more}":
    owner = User.objects.filter(staff_roles__role="owner").order_by("pk").first()
    for who in (patient, booked):
        restrict_record(who, Restriction.Ground.CLAIMS, by=Actor(ActorType.STAFF, owner))
if "asked" == "{more}":
    request_restriction(booked, Restriction.Ground.ACCURACY, by=Actor.system())
    Patient.objects.filter(pk=booked.pk).update(health_consent_withdrawn_at=clock.now())
if "planned" == "{more}":
    RetentionRun.objects.create(runs_at=clock.now(), records=[str(patient.public_id)])
rule = RetentionRule.objects.order_by("pk").first()
print(patient.public_id, booked.public_id, sealed.public_id, rule.pk)
"""


def _open(address: str, page: Page, site: Site, *, more: str = "") -> None:
    words = site.run_python(ROWS.replace("{more}", more)).split()[-4:]
    parts = dict(zip(("patient", "booked", "sealed", "rule"), words, strict=True))
    enter(page, site)
    page.goto(address.format(**parts))


def _erase_without_confirming(page: Page, site: Site) -> None:
    _open("/desk/privacy/patients/{patient}/", page, site)
    page.get_by_role("button", name="Erase for good").click()


def _rule_with_errors(page: Page, site: Site) -> None:
    _open("/desk/privacy/rules/add/", page, site)
    page.get_by_role("button", name="Save").click()


def _opened(page: Page, site: Site) -> None:
    _open("/desk/privacy/sealed/{sealed}/", page, site)
    page.get_by_label("There is a claim against the clinic").check()
    page.get_by_role("button", name="Open").click()


def _restrict_without_reason(page: Page, site: Site) -> None:
    _open("/desk/patients/{booked}/restriction/", page, site)
    page.get_by_role("button", name="Restrict the record").click()


def _restricted_opened(page: Page, site: Site) -> None:
    _open("/desk/privacy/restricted/{patient}/", page, site, more="restricted")
    page.get_by_label("the person agrees to this use").check()
    page.get_by_role("button", name="Open").click()


PRIVACY_STATES: Mapping[str, Reach] = {
    "desk-privacy": partial(_open, "/desk/privacy/"),
    "desk-privacy: with a planned run": partial(_open, "/desk/privacy/", more="planned"),
    "desk-patient-erase": partial(_open, "/desk/privacy/patients/{patient}/"),
    "desk-patient-erase: with appointments": partial(_open, "/desk/privacy/patients/{booked}/"),
    "desk-patient-erase: not confirmed": _erase_without_confirming,
    "desk-retention-add": partial(_open, "/desk/privacy/rules/add/"),
    "desk-retention-add: with errors": _rule_with_errors,
    "desk-retention-rule": partial(_open, "/desk/privacy/rules/{rule}/"),
    "desk-sealed": partial(_open, "/desk/privacy/sealed/{sealed}/"),
    "desk-sealed: opened": _opened,
    "desk-patient-restriction": partial(_open, "/desk/patients/{booked}/restriction/"),
    "desk-patient-restriction: asked for": partial(
        _open, "/desk/patients/{booked}/restriction/", more="asked"
    ),
    "desk-patient-restriction: without a reason": _restrict_without_reason,
    "desk-patient-restriction: restricted": partial(
        _open, "/desk/patients/{patient}/restriction/", more="restricted"
    ),
    "desk-restricted": partial(_open, "/desk/privacy/restricted/{patient}/", more="restricted"),
    "desk-restricted: opened": _restricted_opened,
    "desk-privacy: with restricted records": partial(_open, "/desk/privacy/", more="restricted"),
    "desk-patient: restricted": partial(_open, "/desk/patients/{booked}/", more="restricted"),
    "desk: requests and calls": partial(_open, "/desk/", more="asked"),
}
