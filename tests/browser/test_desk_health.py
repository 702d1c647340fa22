"""The questions and the brief at the desk, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenDesk, axe_violations
from tests.browser.desk import COUNTER, FRONT, MAYA, PHONE
from tests.browser.health_states import BLOOD, THINNER

pytestmark = pytest.mark.browser


def test_on_arrival_six_questions_are_read_out_and_one_tap_says_no_to_all(
    open_desk: OpenDesk,
) -> None:
    page = open_desk(MAYA, PHONE, has_touch=True, is_mobile=True)
    page.goto("/desk/")
    name = page.locator(".visit-booked .visit-name").first.inner_text()
    page.get_by_role("button", name=f"Arrived {name}").tap()
    here = page.locator(".visit-arrived", has_text=name)
    expect(here.locator(".six li")).to_have_count(6)
    here.get_by_role("button", name=f"All no {name}").tap()
    expect(page).to_have_url(re.compile("/desk/$"))

    expect(here.get_by_text("Asked on arrival.")).to_be_visible()
    here.get_by_role("link", name=name, exact=True).tap()
    expect(page.get_by_role("region", name=f"Brief: {name}")).to_be_visible()
    assert axe_violations(page) == []
    page.get_by_role("button", name=f"Undo {name}").tap()
    expect(page.get_by_role("button", name=f"Arrived {name}")).to_be_visible()


def test_a_booking_by_phone_is_asked_everything_or_on_arrival(open_desk: OpenDesk) -> None:
    page = open_desk(FRONT, COUNTER)
    page.goto("/desk/book/?day=2026-12-07&therapist=rosa-delgado")
    page.locator("#times .slot-pick").first.click()
    page.fill("#id_name", "Phone Person")
    page.fill("#id_phone", "808 222 7301")
    page.get_by_role("button", name="Book", exact=True).last.click()
    expect(page.get_by_text("To be asked on arrival")).to_be_visible()
    page.get_by_role("link", name="Ask all questions").click()
    page.get_by_label(BLOOD, exact=True).check()
    page.get_by_label(THINNER, exact=True).check()
    page.get_by_role("button", name="Write it down").click()
    expect(page.get_by_role("region", name="Brief: Phone Person")).to_contain_text("Not yet")
    page.get_by_role("link", name="Appointment", exact=True).click()
    page.get_by_role("link", name="Move or change").click()
    page.locator("button.slot").last.click()

    expect(page.get_by_text("somebody must be asked before a massage")).to_be_visible()
