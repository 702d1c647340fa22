"""Moving and cancelling from the link in a mail: without JavaScript, with it, without a mouse."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.change_states import NEWEST
from tests.browser.conftest import Open
from tests.browser.focus import Keyboard
from tests.browser.ready import WITH_BOOKINGS, restore
from tests.browser.steps import cancel, choose_new_time, first_slot, is_marked, mark, move
from tests.servers.site import Site

pytestmark = pytest.mark.browser

SIZES = {"phone": (390, 664), "desk": (1280, 800)}


def from_the_mail(open_context: Open, site: Site, **options: object) -> Page:
    """A browser that has never been here opens the link."""
    restore(site, WITH_BOOKINGS)
    page = open_context(**options).new_page()
    page.goto(site.addresses["appointment"])
    return page


def row(site: Site) -> tuple[str, str, int, int]:
    """Start, status, moves and calendar sequence of the newest appointment."""
    found: tuple[str, str, int, int] = site.sql(
        "SELECT starts_at, status, patient_move_count, sequence "
        f"FROM booking_appointment WHERE id = {NEWEST}"
    )[0]
    return found


def told(site: Site, kind: str) -> int:
    """How many messages of a kind the newest appointment has."""
    return int(
        site.sql(
            "SELECT count(*) FROM booking_message WHERE kind = ? AND appointment_id = "
            f"{NEWEST}", kind
        )[0][0]
    )  # fmt: skip


def test_an_appointment_is_moved_without_javascript(open_context: Open, site: Site) -> None:
    page = from_the_mail(open_context, site, java_script_enabled=False)
    address, before = page.url, row(site)
    page.get_by_role("link", name="Move to another time").click()
    page.get_by_label("With whom?").select_option(label="With anyone")
    page.get_by_role("button", name="Show times").click()
    expect(page).to_have_url(re.compile("therapist=&"))
    page.get_by_role("link", name="Later days").click()
    first_slot(page).click()
    expect(page.get_by_role("heading", name="Move to this time?")).to_be_visible()
    assert row(site) == before
    page.get_by_role("button", name="Move it").click()
    expect(page).to_have_url(address)
    expect(page.get_by_text("Your appointment has been moved.")).to_be_visible()
    expect(page.get_by_text("Moved from")).to_be_visible()

    after = row(site)
    assert after[0] > before[0]
    assert after[1:] == ("booked", 1, 1)
    assert told(site, "moved") == 1


def test_an_appointment_is_cancelled_and_restored_without_javascript(
    open_context: Open, site: Site
) -> None:
    page = from_the_mail(open_context, site, java_script_enabled=False)
    address, before = page.url, row(site)
    page.get_by_role("link", name="Cancel it").click()
    page.get_by_label("Would you like to tell us why?").fill("We are away that week.")
    page.get_by_role("button", name="Yes, cancel it").click()
    expect(page).to_have_url(address)
    expect(page.get_by_text("Canceled", exact=True)).to_be_visible()
    assert row(site)[1] == "cancelled"
    page.get_by_role("button", name="Undo the cancellation").click()
    expect(page.get_by_text("Your appointment is booked again.")).to_be_visible()

    assert (row(site)[0], row(site)[1]) == (before[0], "booked")
    assert (told(site, "cancelled"), told(site, "restored")) == (1, 1)


def test_choosing_works_in_place_and_with_the_back_button(open_context: Open, site: Site) -> None:
    page = from_the_mail(open_context, site, width=1280)
    page.goto(f"{page.url}reschedule/")
    expect(page.locator("[data-without-script]")).to_be_hidden()
    mark(page)
    booked = page.get_by_label("With whom?").input_value()
    assert booked
    page.get_by_label("With whom?").focus()
    page.get_by_label("With whom?").select_option("")
    expect(page).to_have_url(re.compile(r"therapist=(&|$)"))
    expect(page.get_by_label("With whom?")).to_be_focused()
    says = page.locator("#times-say")
    expect(says).to_contain_text(re.compile(rf"\b{page.locator('button.slot').count()} time"))
    anyone = page.url
    page.get_by_role("link", name="Later days").click()
    expect(page).not_to_have_url(anyone)
    assert is_marked(page)
    page.go_back()
    expect(page).to_have_url(anyone)
    expect(page.get_by_label("With whom?")).to_have_value("")
    page.go_back()
    expect(page).to_have_url(re.compile("/reschedule/$"))

    expect(page.get_by_label("With whom?")).to_have_value(booked)


def test_any_therapist_chosen_before_htmx_is_loaded_is_kept(open_context: Open, site: Site) -> None:
    page = from_the_mail(open_context, site)

    def late(route: Route) -> None:
        page.wait_for_timeout(500)
        route.continue_()

    page.route("**/htmx*.js", late)
    page.goto(f"{page.url}reschedule/", wait_until="commit")
    page.get_by_label("With whom?").select_option("")

    expect(page).to_have_url(re.compile(r"therapist=(&|$)"))


def test_repeated_submissions_move_once(open_context: Open, site: Site) -> None:
    """A double click, a reload, the way back and the same press again."""
    page = from_the_mail(open_context, site)
    address = page.url
    choose_new_time(page, address)
    page.get_by_role("button", name="Move it").dblclick()
    expect(page).to_have_url(address)
    after = row(site)
    page.reload()
    page.go_back()
    expect(page.get_by_text("That is where your appointment is now.")).to_be_visible()
    page.go_forward()
    expect(page).to_have_url(address)

    assert row(site) == after
    assert after[1:] == ("booked", 1, 1)
    assert told(site, "moved") == 1


def test_an_outdated_page_does_not_overwrite_changes(open_context: Open, site: Site) -> None:
    page = from_the_mail(open_context, site)
    address = page.url
    old = page.context.new_page()
    old.goto(f"{address}cancel/")
    choose_new_time(page, address)
    cancel(old, address)
    page.get_by_role("button", name="Move it").click()

    expect(page.get_by_role("heading", name="This appointment has been canceled.")).to_be_visible()
    page.get_by_role("button", name="Undo the cancellation").dblclick()
    expect(page).to_have_url(address)
    expect(page.get_by_text("Booked", exact=True)).to_be_visible()
    assert told(site, "restored") == 1


def test_a_typed_reason_is_kept_after_an_error(open_context: Open, site: Site) -> None:
    page = from_the_mail(open_context, site)
    page.goto(f"{page.url}cancel/")
    long = "So many words. " * 40
    reason = page.get_by_label("Would you like to tell us why?")
    reason.evaluate("(one, text) => { one.value = text }", long)
    page.get_by_role("button", name="Yes, cancel it").click()
    expect(page.get_by_role("alert").first).to_be_focused()
    expect(reason).to_have_value(long)
    page.get_by_role("alert").get_by_role("link").click()

    expect(reason).to_be_focused()


@pytest.mark.parametrize("size", SIZES)
def test_an_appointment_is_moved_with_the_keyboard_alone(
    size: str, open_context: Open, site: Site
) -> None:
    width, height = SIZES[size]
    page = from_the_mail(open_context, site, width=width, height=height)
    address, keys = page.url, Keyboard(page)
    keys.tab_to("a Move to another time")
    keys.follow(f"{address}reschedule/")
    page.locator("[data-without-script]").wait_for(state="hidden")
    keys.tab_to("input Evenings only")
    slot = re.sub(r"\s+", " ", first_slot(page).inner_text())
    keys.tab_to(f"button {slot}")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Move to this time?")).to_be_visible()
    keys.tab_to("button Move it")
    keys.follow(address)
    expect(page.get_by_text("Moved from")).to_be_visible()
    keys.tab_to("a Cancel it")
    keys.follow(f"{address}cancel/")
    keys.tab_to("textarea")
    page.keyboard.type("By keyboard.")
    keys.tab_to("button Yes, cancel it")
    keys.follow(address)
    keys.tab_to("button Undo the cancellation")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Your appointment is booked again.")).to_be_visible()

    assert row(site)[1:] == ("booked", 1, 3)
    assert keys.problems == []


def test_a_get_of_every_page_changes_nothing(open_context: Open, site: Site) -> None:
    """As a program does that opens the links of a mail."""
    page = from_the_mail(open_context, site)
    address, before = page.url, row(site)
    for name in ("", "reschedule/", "cancel/", "confirm/", "appointment.ics"):
        page.request.get(f"{address}{name}")
    move(page, address)

    assert row(site)[1:] == ("booked", before[2] + 1, before[3] + 1)
