"""The states of the pages of the health questions and of the brief."""

from collections.abc import Callable, Mapping
from functools import partial
from uuid import UUID

from playwright.sync_api import Page, expect

from tests.browser.desk_states import TO_COME
from tests.browser.ready import open_ready
from tests.browser.steps import open_optional, open_questions, tick
from tests.browser.team import enter, forget_second_steps
from tests.servers.site import Site

Reach = Callable[[Page, Site], None]

NOT_PAGES = {
    "hold-call-back",
    "hold-gentler-treatment",
    "desk-answer-no-to-all",
    "desk-call-back-done",
}
"""Addresses that only take a POST and redirect."""
BLOOD = "Blood thinners, aspirin or clopidogrel, or bruising or bleeding easily"
THINNER = "A blood thinner, such as warfarin, apixaban, rivaroxaban, dabigatran or heparin"
ASPIRIN = "Aspirin or clopidogrel only"
CRISIS = "I feel I cannot go on, or I think of harming myself"


def _asked(page: Page, site: Site) -> None:
    open_ready(page, site, "questions")


def _with_errors(page: Page, site: Site) -> None:
    open_ready(page, site, "questions")
    open_questions(page)
    page.get_by_label(BLOOD).check()
    page.get_by_role("button", name="Agree and continue", exact=True).click()
    expect(page.locator(".error-summary")).to_be_visible()


def _something(page: Page, site: Site) -> None:
    """Tick an answer, which opens its choices and its message."""
    open_ready(page, site, "questions")
    open_questions(page)
    open_optional(page)
    for answer in ("Chest pain", BLOOD, THINNER, CRISIS):
        page.get_by_label(answer, exact=True).check()


def _said(*answers: str, heading: str) -> Reach:
    def reach(page: Page, site: Site) -> None:
        open_ready(page, site, "questions for deep tissue")
        tick(page, *answers)
        expect(page.get_by_role("heading", name=heading)).to_be_visible()

    return reach


emergency = _said("Chest pain", heading="Call 911 now")
ask_doctor = _said(BLOOD, THINNER, heading="Please ask your doctor first")


def ask_for_a_call(page: Page) -> None:
    """Ask to be called, after the questions had the outcome DOCTOR."""
    page.get_by_label("Your name").fill("Ana Reader")
    page.get_by_label("Phone").fill("312 555 0142")
    page.get_by_role("button", name="Call me back").click()
    expect(page.get_by_text("We will call you back.")).to_be_visible()


def _note(page: Page, site: Site) -> None:
    ask_doctor(page, site)
    page.get_by_role("link", name="A note for the doctor").click()
    expect(page.get_by_role("heading", name="Note for the doctor")).to_be_visible()


def _at_desk(who: str, address: str, page: Page, site: Site) -> None:
    """Open an address at the desk, with a coming appointment filled in."""
    appointment = UUID(site.sql(TO_COME)[0][0])
    forget_second_steps(site)
    enter(page, site, who)
    page.goto(address.format(appointment=f"/desk/appointments/{appointment}"))


def _waiting(page: Page, site: Site) -> None:
    """A patient who could not book online asks for a call."""
    ask_doctor(page, site)
    ask_for_a_call(page)
    _at_desk("owner", "/desk/call-backs/", page, site)


def _clearance(page: Page, site: Site) -> None:
    _waiting(page, site)
    page.get_by_role("link", name="A doctor has agreed").click()
    expect(page.get_by_role("heading", name="A doctor has agreed")).to_be_visible()


HEALTH: Mapping[str, Reach] = {
    "hold-questions": _asked,
    "hold-questions: with errors": _with_errors,
    "hold-questions: something is true": _something,
    "hold-questions: get help now": emergency,
    "hold-questions: ask a doctor": ask_doctor,
    "hold-questions: gentler": _said(BLOOD, ASPIRIN, heading="Something gentler for you"),
    "hold-questions: in a crisis": _said(CRISIS, heading="We are glad that you said so."),
    "hold-doctor-note": _note,
    "desk-brief": partial(_at_desk, "frontdesk", "{appointment}/brief/"),
    "desk-questions": partial(_at_desk, "frontdesk", "{appointment}/questions/"),
    "desk-call-backs": _waiting,
    "desk-clearance": _clearance,
}
SIGNING: Mapping[str, Reach] = {
    f"booking_{page}": partial(_at_desk, "owner", f"/admin/booking/{address}")
    for page, address in (
        ("screeningsignature_changelist", "screeningsignature/"),
        ("screeningsignature_add", "screeningsignature/add/"),
        ("accommodationrule_changelist", "accommodationrule/"),
        ("accommodationrule_add", "accommodationrule/add/"),
        ("accommodationrule_change", "accommodationrule/1/change/"),
    )
}
"""Pages in the back office."""
