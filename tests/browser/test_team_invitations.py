"""The owner invites somebody whose profile is on the site already."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.team import enter, forget_second_steps
from tests.servers.site import Site

pytestmark = pytest.mark.browser
NAME = "Nora Bergström"


def test_an_invited_therapist_gets_the_existing_profile(open_context: Open, site: Site) -> None:
    site.sql(
        "INSERT INTO booking_therapist (name, slug, credentials, licence_number, languages, bio, "
        "photo_digest, photo_widths, position, is_active) "
        "VALUES (?, 'nora-bergstroem', '', '', '', '', '', '[]', 9, 0)",
        NAME,
    )
    forget_second_steps(site)
    page = open_context().new_page()
    enter(page, site)
    page.goto("/desk/staff/")
    page.get_by_label("E-mail").fill("n.bergstrom@quiet.example")
    page.fill("#id_name", "nora bergstrom")
    page.get_by_role("checkbox", name="therapist").check()
    invite = page.get_by_role("button", name="Send the invitation")
    invite.click()
    profile = page.get_by_label("Their profile on the site")
    expect(profile.locator("option:checked")).to_have_text(NAME)
    invite.click()

    expect(page.get_by_text("The invitation is on its way")).to_be_visible()
    chosen = site.sql(
        "SELECT therapist.name FROM booking_invitation JOIN booking_therapist AS therapist "
        "ON therapist.id = therapist_id WHERE email = 'n.bergstrom@quiet.example'"
    )
    assert chosen == [(NAME,)]
