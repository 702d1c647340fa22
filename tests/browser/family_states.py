"""The states of the pages about family and carers, in the account and at the desk."""

from collections.abc import Callable, Mapping
from functools import partial

from playwright.sync_api import Page, expect

from tests.browser.patients import EMAIL
from tests.browser.ready import enter_as_regular
from tests.browser.steps import SWEDISH, first_slot
from tests.browser.team import enter
from tests.servers.site import Site

Reach = Callable[[Page, Site], None]

NOT_PAGES = {
    "me-family-withdraw",
    "me-family-invite-withdraw",
    "me-family-takeover-withdraw",
    "me-family-hide",
    "me-act",
    "me-act-stop",
}
"""Addresses that only take a POST and redirect."""
FAMILY = """
from datetime import date
from booking.access.proxies import Permission
from booking.actions.actor import Actor, ActorType
from booking.features.proxies.actions.grants import GrantTerms, grant_by_patient
from booking.features.proxies.actions.invitations import invite
from booking.features.proxies.actions.people import add_child, ask_adult, ask_clinic
from booking.features.proxies.actions.takeovers import ask_to_take_over
from booking.features.proxies.models import (
    DateOfBirth, Proxy, ProxyInvitation, ProxyRequest, ProxyReview, RecordTakeover
)
from booking.actions.staff.invitations import hash_token
from booking.models import *
from clinic.lib.dates import clock

me = Patient.objects.get(user__email="{email}")
user, _ = User.objects.get_or_create(email="carer@reader.example", name="Cleo Carer")
carer, _ = Patient.objects.get_or_create(user=user, name="Cleo Carer", email=user.email)
mine, theirs = (Actor(ActorType.PATIENT, patient.user) for patient in (me, carer))
for model in (ProxyRequest, ProxyInvitation, RecordTakeover):
    model.objects.all().delete()
terms = GrantTerms.of(set(Permission))
child = add_child("Mia Reader", date(2020, 5, 1), by=mine)
over = grant_by_patient(user, me, terms, by=mine)
grant_by_patient(me.user, carer, terms, by=theirs)
asked = ask_adult("Reader", me.user.email, frozenset(Permission), by=theirs)
ask_adult("Grandmother", "grandmother@reader.example", frozenset(Permission), by=mine)
court = ask_clinic("Uncle Karl", frozenset(Permission), by=mine)
review, _ = ProxyReview.objects.update_or_create(
    proxy=child, reason="first_age", defaults=dict(due_on=date(2026, 11, 29), done_at=None)
)
invite("a.long.address.of.a.partner@reader.example", me, terms, by=mine)
invited = invite(me.user.email, carer, terms, by=theirs)
ProxyInvitation.objects.filter(pk=invited.pk).update(token_hash=hash_token("t" * 48))
other = invite("somebody.else@reader.example", carer, terms, by=theirs)
ProxyInvitation.objects.filter(pk=other.pk).update(token_hash=hash_token("o" * 48))
grown = ask_to_take_over(date(2009, 5, 1), GrantTerms.of({{"book"}}), by=theirs)
kept = Patient.objects.create(name="Cl\u00e9o Carer", email="", phone="")
DateOfBirth.objects.create(patient=kept, born_on=date(2009, 5, 1), entered_by=me.user)
Proxy.objects.create(actor=me.user, patient=kept, granted_by=me.user, basis="parent", may_book=True)
print(invited.public_id, grown.public_id, end=" ")
print(over.public_id, asked.public_id, court.public_id, review.pk, child.public_id, me.public_id)
"""


CHILD = """
from datetime import date
from booking.features.proxies.models import DateOfBirth, Proxy
from booking.models import *

me = Patient.objects.get(user__email="{email}")
ida, _ = Patient.objects.get_or_create(name="Ida Reader", email="", phone="")
DateOfBirth.objects.create(patient=ida, born_on=date({born}), entered_by=me.user)
Proxy.objects.get_or_create(
    actor=me.user, patient=ida, granted_by=me.user, basis="parent", may_book=True,
    may_see_times=True,
)
"""


def _rows(page: Page, site: Site) -> Mapping[str, str]:
    """Sign in as a patient with a family; return the parts of addresses."""
    enter_as_regular(page, site)
    names = ("invited", "grown", "over", "asked", "court", "review", "child", "me")
    said = site.run_python(FAMILY.format(email=EMAIL)).split()
    return dict(zip(names, said[-len(names) :], strict=True))


def _open(address: str, page: Page, site: Site) -> None:
    page.goto(address.format(**_rows(page, site)))


def _child_with_errors(page: Page, site: Site) -> None:
    _open("/me/family/child/", page, site)
    expect(page.get_by_role("heading", name="Add a child")).to_be_visible()
    page.get_by_label("Date of birth").fill("2001-02-03")
    page.get_by_role("button", name="Add this child").click()


def _invite_with_errors(page: Page, site: Site) -> None:
    _open("/me/family/invite/", page, site)
    page.get_by_role("button", name="Invite them").click()


def _takeover_with_errors(page: Page, site: Site) -> None:
    _open("/me/family/own-record/", page, site)
    page.get_by_label("Your date of birth").fill("2020-02-03")
    page.get_by_role("button", name="Ask for my record").click()


def _asked_for_the_record(page: Page, site: Site) -> None:
    _open("/me/family/own-record/", page, site)
    page.get_by_label("Your date of birth").fill("2001-02-03")
    page.get_by_role("button", name="Ask for my record").click()


def _acting(page: Page, site: Site) -> None:
    _open("/me/family/", page, site)
    page.get_by_role("button", name="Act for Cleo Carer").click()


def _for_a_child(born: str, page: Page, site: Site) -> None:
    """Hold a time for a child who was born on a day."""
    _rows(page, site)
    site.run_python(CHILD.format(email=EMAIL, born=born))
    page.goto("/me/family/")
    page.get_by_role("button", name="Act for Ida Reader").click()
    page.goto(f"/book/{SWEDISH}/")
    first_slot(page).click()


def _consent_missing(page: Page, site: Site) -> None:
    _for_a_child("2013, 5, 1", page, site)
    page.get_by_role("button", name="None of these").click()


def _refused(page: Page, site: Site) -> None:
    _acting(page, site)
    page.goto("/me/family/")


def _at_the_desk(address: str, page: Page, site: Site) -> None:
    parts = _rows(page, site)
    page.context.clear_cookies()
    enter(page, site)
    page.goto(address.format(**parts))


FAMILY_STATES: Mapping[str, Reach] = {
    "me-family": partial(_open, "/me/family/"),
    "me-family-child": partial(_open, "/me/family/child/"),
    "me-family-child: with errors": _child_with_errors,
    "me-family-adult": partial(_open, "/me/family/adult/"),
    "me-family-court": partial(_open, "/me/family/court/"),
    "me-family-request": partial(_open, "/me/family/requests/{asked}/"),
    "me-family-invite": partial(_open, "/me/family/invite/"),
    "me-family-invite: with errors": _invite_with_errors,
    "me-family-invitation": partial(_open, "/me/family/invitations/{invited}/"),
    "me-family-invited": partial(_open, f"/me/family/invited/{'t' * 48}/"),
    "me-family-invited: another address": partial(_open, f"/me/family/invited/{'o' * 48}/"),
    "me-family-takeover": partial(_open, "/me/family/own-record/"),
    "me-family-takeover: with errors": _takeover_with_errors,
    "me-family: with a takeover": _asked_for_the_record,
    "desk-proxy-takeover": partial(_at_the_desk, "/desk/family/takeovers/{grown}/"),
    "me-family-grant": partial(_open, "/me/family/grants/{over}/"),
    "me-family-end": partial(_open, "/me/family/grants/{over}/end/"),
    "me-family-end: none": partial(_open, "/me/family/grants/{me}/end/"),
    "me: acting for somebody": _acting,
    "me-family: acting for somebody": _refused,
    "hold-questions: for a child": partial(_for_a_child, "2013, 5, 1"),
    "hold-questions: for a child, consent missing": _consent_missing,
    "hold-questions: too young": partial(_for_a_child, "2020, 5, 1"),
    "desk-proxies": partial(_at_the_desk, "/desk/family/"),
    "desk-proxy-review": partial(_at_the_desk, "/desk/family/reviews/{review}/"),
    "desk-proxy-request": partial(_at_the_desk, "/desk/family/requests/{court}/"),
    "desk-proxy": partial(_at_the_desk, "/desk/family/grants/{over}/"),
    "desk-proxy-add": partial(_at_the_desk, "/desk/family/patients/{me}/"),
    "desk-proxy-ages": partial(_at_the_desk, "/desk/family/ages/"),
    "desk-patient: with family": partial(_at_the_desk, "/desk/patients/{me}/"),
}
