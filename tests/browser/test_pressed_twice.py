"""Impatience and old pages: double clicks, back, forward, reload, and two people at once."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Open
from tests.browser.ready import open_ready
from tests.browser.steps import (
    APPOINTMENT_PAGE,
    QUESTIONS_PAGE,
    SWEDISH,
    appointments,
    fill_in,
    first_slot,
    go_on,
    reach_details,
    say_no,
    someone_giving,
)
from tests.servers.site import Site

pytestmark = pytest.mark.browser


def test_a_double_click_on_a_time_holds_it_once(open_context: Open, site: Site) -> None:
    before = appointments(site, "hold")
    page = open_context().new_page()
    page.goto(f"/book/{SWEDISH}/")
    first_slot(page).dblclick()
    expect(page).to_have_url(QUESTIONS_PAGE)

    assert appointments(site, "hold") == before + 1


def test_a_double_click_on_the_last_button_books_once(open_context: Open, site: Site) -> None:
    page = open_context().new_page()
    open_ready(page, site, "details")
    before = appointments(site, "booked")
    fill_in(page)
    page.get_by_role("button", name="Book now").dblclick()
    expect(page).to_have_url(APPOINTMENT_PAGE)

    expect(page.get_by_text("Booked", exact=True).first).to_be_visible()
    assert appointments(site, "booked") == before + 1


def test_back_forward_and_reload_after_booking_show_the_appointment(
    open_context: Open, site: Site
) -> None:
    page = open_context().new_page()
    hold = reach_details(page)
    fill_in(page)
    go_on(page)
    expect(page).to_have_url(APPOINTMENT_PAGE)
    address, booked = page.url, appointments(site, "booked")
    page.reload()
    expect(page).to_have_url(address)
    page.go_back()
    expect(page).to_have_url(address)
    expect(page.get_by_text("Booked", exact=True).first).to_be_visible()
    page.go_forward()
    expect(page).to_have_url(address)
    for step in (hold, f"{hold}review/"):
        page.goto(step)
        expect(page).to_have_url(address)

    assert appointments(site, "booked") == booked


def test_a_guest_whose_time_was_taken_gets_another_with_one_click(
    open_context: Open, site: Site
) -> None:
    therapist = someone_giving(site, SWEDISH)
    first, second = open_context().new_page(), open_context().new_page()
    for page in (first, second):
        page.goto(f"/book/{SWEDISH}/?therapist={therapist}")
    wanted = first_slot(first).get_attribute("value")
    first_slot(first).click()
    expect(first).to_have_url(QUESTIONS_PAGE)
    second.locator(f"button.slot[value='{wanted}']").click()

    expect(second.get_by_role("alert")).to_be_visible()
    expect(second.get_by_role("heading", name="The nearest free times")).to_be_visible()
    nearest = second.get_by_role("region", name="The nearest free times").get_by_role("button")
    assert nearest.count() > 1
    assert wanted not in [button.get_attribute("value") for button in nearest.all()]
    words = nearest.first.inner_text()
    nearest.first.click()
    expect(second).to_have_url(QUESTIONS_PAGE)
    time = re.escape(words.split(", ")[-1])
    expect(second.locator(".booking-aside")).to_contain_text(re.compile(time))
    say_no(second)
    fill_in(second)
    go_on(second)
    expect(second).to_have_url(APPOINTMENT_PAGE)
