"""The states of the patient's account: a regular's appointments, and the start of an account."""

import re
from collections.abc import Callable, Mapping
from functools import partial

from playwright.sync_api import Page, expect

from tests.browser.patients import EMAIL, sign_in_by_code
from tests.browser.ready import enter_as_regular
from tests.servers.site import Site

Reach = Callable[[Page, Site], None]

NOT_PAGES = {
    "me-menu", "me-claim-undo", "me-favorite", "me-appointment-calendar", "me-appointment-restore",
    "me-appointment-feed", "me-appointment-proposal",
}  # fmt: skip
"""A part of a page, addresses that only take a POST, and a question that its link shows too."""


def _opened(address: str, page: Page, site: Site) -> None:
    enter_as_regular(page, site)
    page.goto(address)


def _menu_open(page: Page, site: Site) -> None:
    enter_as_regular(page, site)
    page.goto("/treatments/", wait_until="networkidle")
    page.locator("summary:visible").first.click()
    expect(page.get_by_role("button", name="Sign out").first).to_be_visible()


def _appointment(page_name: str, page: Page, site: Site) -> None:
    """A page of the last upcoming appointment, which can still be changed."""
    enter_as_regular(page, site, with_booking=True)
    row = site.sql(
        "SELECT a.public_id FROM booking_appointment a JOIN booking_patient p "
        "ON p.id = a.patient_id WHERE p.email = ? AND a.status = 'booked' "
        "ORDER BY a.starts_at DESC LIMIT 1",
        EMAIL,
    )[0][0]
    page.goto(f"/me/appointments/{row}/{page_name}")


def _starred(page: Page, site: Site) -> None:
    enter_as_regular(page, site)
    page.goto("/me/")
    page.locator("button.star-button").last.click()
    expect(page.get_by_text("Added to your favorites.")).to_be_visible()


def _favorites_to_book(page: Page, site: Site) -> None:
    _starred(page, site)
    page.goto("/book/")
    expect(page.get_by_role("heading", name="Favorites")).to_be_visible()


def _star_among_the_times(page: Page, site: Site) -> None:
    enter_as_regular(page, site)
    slug = site.sql("SELECT slug FROM booking_therapist WHERE is_active ORDER BY id LIMIT 1")[0][0]
    page.goto(f"/book/swedish-massage/?therapist={slug}")
    page.get_by_role("button", name="Favorite").click()
    expect(page.get_by_role("button", name="Favorite", pressed=True)).to_be_visible()


def _checked(page: Page, site: Site) -> None:
    enter_as_regular(page, site)
    page.goto("/me/")
    page.locator("button.slot").first.click()
    expect(page).to_have_url(re.compile("/me/book/"))


def _started(page: Page, site: Site) -> None:
    sign_in_by_code(page, site, "nina@reader.example")
    expect(page.get_by_role("heading", name="Welcome")).to_be_visible()


def _start_with_errors(page: Page, site: Site) -> None:
    _started(page, site)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("alert")).to_be_visible()


def _nothing_booked(page: Page, site: Site) -> None:
    _started(page, site)
    page.get_by_label("Your name").fill("Nina New")
    page.get_by_label("Phone").fill("312 555 0142")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("Nothing is booked yet")).to_be_visible()


def _claimable(page: Page, site: Site) -> None:
    enter_as_regular(page, site)
    site.sql(
        "UPDATE booking_patient SET email = ? WHERE id IN ("
        "SELECT DISTINCT p.id FROM booking_patient p "
        "JOIN booking_appointment a ON a.patient_id = p.id WHERE p.user_id IS NULL "
        "AND a.booked_at IS NOT NULL AND p.merged_into_id IS NULL ORDER BY p.id LIMIT 2)",
        EMAIL,
    )
    page.goto("/me/claim/")
    expect(page.get_by_role("button", name="Add to my account")).to_be_visible()


def _nothing_claimed(page: Page, site: Site) -> None:
    _claimable(page, site)
    page.get_by_role("button", name="Add to my account").click()
    expect(page.get_by_role("alert")).to_be_visible()


def _claimed(page: Page, site: Site) -> None:
    _claimable(page, site)
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Add to my account").click()
    expect(page.get_by_role("button", name="Take it back")).to_be_visible()


PATIENT_ACCOUNT: Mapping[str, Reach] = {
    "me": partial(_opened, "/me/"),
    "me: with a star": _starred,
    "me: nothing booked": _nothing_booked,
    "book: with a star": _favorites_to_book,
    "choose: with a star": _star_among_the_times,
    "me-past": partial(_opened, "/me/appointments/"),
    "me-start": _started,
    "me-start: with errors": _start_with_errors,
    "me-claim": _claimable,
    "me-claim: nothing ticked": _nothing_claimed,
    "me-claim: taken back within a day": _claimed,
    "me-check": _checked,
    "me-appointment": partial(_appointment, ""),
    "me-appointment-reschedule": partial(_appointment, "reschedule/"),
    "me-appointment-cancel": partial(_appointment, "cancel/"),
    "me-appointment-confirm": partial(_appointment, "confirm/"),
    "treatments: signed in": _menu_open,
}
"""The account of a patient, and its part of the header of a public page."""
