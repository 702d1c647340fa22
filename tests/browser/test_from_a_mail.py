"""What somebody does who has only the mail: reads it on the demo's desk, and follows its links."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.mail_states import BACK_OFFICE, link_in_mail, open_mail
from tests.browser.steps import APPOINTMENT_PAGE, book
from tests.browser.team import enter
from tests.servers.site import Site

pytestmark = pytest.mark.browser


def listen_for_refusals(page: Page, refused: list[str]) -> None:
    """What the policy does not let in. (Other complaints come from this test looking into a frame
    that may run no script.)"""
    page.on(
        "console",
        lambda said: refused.append(said.text) if "Content Security Policy" in said.text else None,
    )


def test_a_mail_is_read_on_the_desk_and_its_button_opens_the_appointment(
    open_context: Open, site: Site
) -> None:
    address = book(open_context().new_page())
    desk = open_context(width=1280).new_page()
    refused: list[str] = []
    listen_for_refusals(desk, refused)
    enter(desk, site)
    open_mail(desk, site, "booked")
    button = desk.frame_locator("iframe").get_by_role("link", name="See, move or cancel it")
    background = button.evaluate("(one) => getComputedStyle(one).backgroundColor")
    button.click()

    expect(desk).to_have_url(APPOINTMENT_PAGE)
    assert desk.url == address
    assert background == "rgb(44, 102, 83)"  # its own style is let in
    assert refused == []


def test_a_lost_link_is_mailed_without_javascript(open_context: Open, site: Site) -> None:
    patient = open_context(java_script_enabled=False).new_page()
    address = book(patient)
    patient.get_by_role("link", name="e-mail it").click()
    patient.fill("#id_email", "ana@reader.example")
    patient.get_by_role("button", name="Mail me my links").click()
    expect(patient).to_have_url(re.compile("/lost-link/sent/$"))
    desk = open_context(width=1280).new_page()
    enter(desk, site)
    open_mail(desk, site, "lost_link")
    found = desk.locator(".mail-text a").all()

    assert address in [link.get_attribute("href") for link in found]


def test_an_appointment_is_cancelled_from_its_mail(open_context: Open, site: Site) -> None:
    site.sql("UPDATE booking_clinicprofile SET cancellation_hours = 0")
    patient = open_context().new_page()
    book(patient)
    desk = open_context(width=1280).new_page()
    enter(desk, site)
    open_mail(desk, site, "booked")
    patient.goto(link_in_mail(desk, "See, move or cancel it"))
    patient.get_by_role("link", name="Cancel it").click()
    patient.get_by_role("button", name="Yes, cancel it").click()
    expect(patient).to_have_url(APPOINTMENT_PAGE)
    open_mail(desk, site, "cancelled")

    assert link_in_mail(desk, "Book another time") == "/book/"


def test_the_calendar_file_can_be_saved(open_context: Open, site: Site) -> None:
    page = open_context().new_page()
    book(page)
    with page.expect_download() as saved:
        page.get_by_role("link", name="Apple or other").click()

    assert saved.value.suggested_filename == "appointment.ics"
    assert "BEGIN:VEVENT" in saved.value.path().read_text()


@pytest.mark.parametrize("state", BACK_OFFICE)
def test_the_back_office_follows_the_content_security_policy(
    state: str, open_context: Open, site: Site
) -> None:
    page = open_context(width=1280).new_page()
    refused: list[str] = []
    listen_for_refusals(page, refused)
    BACK_OFFICE[state](page, site)
    page.wait_for_load_state("networkidle")

    assert refused == []
