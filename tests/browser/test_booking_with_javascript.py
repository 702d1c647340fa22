"""With JavaScript: choosing without page loads, and the countdown of a held time."""

import re
from decimal import Decimal

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.conftest import Open
from tests.browser.steps import (
    QUESTIONS_PAGE,
    REVIEW_PAGE,
    fill_in,
    first_slot,
    free_days,
    go_on,
    hold_a_time,
    is_marked,
    leave_seconds,
    mark,
    reach_details,
)
from tests.servers.site import Site

pytestmark = pytest.mark.browser

TREATMENT = "deep-tissue-massage"
MINUTE = 60_000


def open_times(page: Page, query: str = "") -> None:
    """The page of times, once htmx has it in hand."""
    page.goto(f"/book/{TREATMENT}/{query}")
    expect(page.locator("[data-without-script]")).to_be_hidden()
    mark(page)


def price_of(label: Locator) -> str:
    return label.locator(".pick-price").inner_text().removeprefix("from ")


def test_another_length_changes_times_and_price_in_place(open_context: Open) -> None:
    page = open_context().new_page()
    open_times(page)
    lengths = page.locator("label.pick")
    prices = [price_of(lengths.nth(number)) for number in range(lengths.count())]
    assert len(set(prices)) > 1
    for number in (*range(lengths.count()), 0):
        label = lengths.nth(number)
        radio = label.locator("input")
        if radio.is_checked():
            continue
        label.click()
        expect(page).to_have_url(re.compile(f"option={radio.get_attribute('value')}"))
        expect(page.locator(".bottom-bar")).to_contain_text(price_of(label))
        expect(page.locator(".booking-aside")).to_contain_text(price_of(label))
        expect(radio).to_be_focused()
        expect(radio).to_be_in_viewport()
        says = page.locator("#times-say")
        expect(says).to_contain_text(page.locator("#times-h").inner_text())
        expect(says).to_contain_text(re.compile(rf"\b{page.locator('button.slot').count()} time"))

    assert is_marked(page)
    assert (
        page.evaluate("document.querySelectorAll('#times-say, #bottom-bar, #booking').length") == 3
    )


def test_the_evening_filter_is_applied_and_remembered(open_context: Open, site: Site) -> None:
    assert free_days(site, TREATMENT, 60, part="evening")
    page = open_context().new_page()
    open_times(page)
    page.get_by_label("Evenings only").check()
    expect(page).to_have_url(re.compile("part=evening"))
    expect(page.get_by_label("Evenings only")).to_be_in_viewport()
    if not page.locator("button.slot").count():
        page.get_by_role("link", name="Show that day").click()
        expect(first_slot(page)).to_be_visible()

    assert page.locator(".part-name").all_inner_texts() == ["Evening"]
    page.goto(f"/book/{TREATMENT}/")
    expect(page.get_by_label("Evenings only")).to_be_checked()


def test_a_later_week_comes_in_place_and_the_back_button_goes_back(open_context: Open) -> None:
    page = open_context(width=1280).new_page()
    open_times(page)
    before = page.locator(".day").all_inner_texts()
    page.get_by_role("link", name="Later days").click()
    expect(page).to_have_url(re.compile("day="))
    expect(page.get_by_role("link", name="Earlier days")).to_be_visible()
    assert is_marked(page)
    assert page.locator(".day").all_inner_texts() != before
    page.go_back()
    expect(page).to_have_url(re.compile(rf"/{TREATMENT}/$"))
    expect(page.get_by_role("link", name="Earlier days")).to_be_hidden()

    assert page.locator(".day").all_inner_texts() == before


def test_after_the_back_button_the_length_shown_is_the_length_booked(open_context: Open) -> None:
    page = open_context().new_page()
    open_times(page)
    chosen = page.locator("label.pick:has(:checked)").inner_text()
    page.locator("label.pick:not(:has(:checked))").first.click()
    expect(page).to_have_url(re.compile("option="))
    page.go_back()
    expect(page).to_have_url(re.compile(rf"/{TREATMENT}/$"))
    page.wait_for_load_state()

    assert page.locator("label.pick:has(:checked)").inner_text() == chosen
    first_slot(page).click()
    expect(page.locator(".booking-aside")).to_contain_text(f"{chosen.split()[0]} minutes")


PRESS_AS_SOON_AS_IT_STANDS_THERE = """
  new MutationObserver((_, observer) => {
    observer.disconnect();
    document.querySelector("input[name=part]").click();
  }).observe(document.querySelector("#booking").parentElement, {childList: true});
"""


def test_a_choice_made_the_moment_the_new_times_stand_there_is_kept(open_context: Open) -> None:
    page = open_context().new_page()
    open_times(page)
    other = page.locator("label.pick:not(:has(:checked))").first
    page.evaluate(PRESS_AS_SOON_AS_IT_STANDS_THERE)
    other.click()

    expect(page).to_have_url(re.compile("part=evening"))


def test_a_choice_made_before_htmx_is_loaded_is_kept(open_context: Open) -> None:
    page = open_context().new_page()

    def late(route: Route) -> None:
        page.wait_for_timeout(500)
        route.continue_()

    page.route("**/htmx*.js", late)
    page.goto(f"/book/{TREATMENT}/", wait_until="commit")
    label = page.locator("label.pick:not(:has(:checked))").first
    label.click()
    wanted = page.locator("label.pick:has(:checked) input").get_attribute("value")

    expect(page).to_have_url(re.compile(f"option={wanted}"))
    expect(page.locator(f"#option_{wanted}")).to_be_checked()
    expect(page.locator("#slots input[name=option]")).to_have_value(str(wanted))


def test_the_price_of_the_times_is_the_price_held(open_context: Open) -> None:
    page = open_context(width=1280).new_page()
    open_times(page)
    slot = first_slot(page)
    note = slot.locator(".slot-note")
    total = page.locator(".bottom-bar .bottom-total span")
    shown = note.inner_text() if note.count() else total.text_content()
    slot.click()
    expect(page).to_have_url(QUESTIONS_PAGE)

    amount = re.search(r"[\d.]+$", str(shown).strip())
    assert amount is not None
    expect(page.locator(".booking-aside")).to_contain_text(str(Decimal(amount[0])))


def left(page: Page) -> Locator:
    return page.locator("[data-hold-countdown]")


def says(page: Page) -> Locator:
    return page.locator("[data-hold-status]")


def test_the_countdown_is_not_announced_every_second(open_context: Open) -> None:
    page = open_context().new_page()
    hold_a_time(page)
    expect(left(page)).to_have_text(re.compile(r"^\d+:\d\d left"))
    before = left(page).inner_text()

    expect(left(page)).not_to_have_text(before)
    expect(says(page)).to_have_text("")


def test_extending_the_hold_keeps_the_input(open_context: Open, site: Site) -> None:
    page = open_context().new_page()
    reach_details(page)
    leave_seconds(site, 50)
    page.reload()
    mark(page)
    fill_in(page, name="Half a na")
    expect(page.locator(".hold-bar[data-state=ending]")).to_be_visible()
    page.get_by_role("button", name="Keep it longer").click()
    expect(left(page)).to_have_text(re.compile(r"^(9:5\d|10:00) left"))

    expect(page.locator("#id_name")).to_have_value("Half a na")
    expect(says(page)).to_contain_text("for you until")
    expect(page.locator(".hold-bar[data-state=ending]")).to_have_count(0)
    assert is_marked(page)


def test_extending_the_hold_without_a_network_keeps_the_page(open_context: Open) -> None:
    context = open_context()
    page = context.new_page()
    reach_details(page)
    page.fill("#id_name", "In a tunnel")
    context.set_offline(True)
    page.get_by_role("button", name="Keep it longer").click()
    expect(left(page)).to_contain_text("press once more")
    expect(says(page)).to_contain_text("press once more")
    context.set_offline(False)
    page.get_by_role("button", name="Keep it longer").click()
    expect(left(page)).not_to_contain_text("press once more")

    expect(page.locator("#id_name")).to_have_value("In a tunnel")


def test_the_extend_button_disappears_after_ten_times(open_context: Open, site: Site) -> None:
    page = open_context().new_page()
    hold_a_time(page)
    site.sql("UPDATE booking_appointment SET extension_count = 9 WHERE status = 'hold'")
    page.get_by_role("button", name="Keep it longer").press("Enter")
    expect(page.get_by_role("button", name="Keep it longer")).to_have_count(0)

    assert page.evaluate("document.activeElement.id") == "main"


def test_three_announcements_are_made_before_and_at_the_end(open_context: Open) -> None:
    page = open_context().new_page()
    page.clock.install()
    reach_details(page)
    fill_in(page)
    page.clock.fast_forward(9 * MINUTE + 2_000)
    expect(says(page)).to_contain_text("One minute left")
    expect(page.locator(".hold-bar[data-state=ending]")).to_be_visible()
    page.clock.fast_forward(34_000)
    expect(says(page)).to_contain_text("Less than half a minute left")
    page.clock.fast_forward(30_000)
    expect(says(page)).to_contain_text("The time has run out")

    expect(left(page)).to_contain_text("The time has run out")
    expect(page.locator(".hold-bar[data-state=expired]")).to_be_visible()
    expect(page.get_by_role("button", name="Keep it longer")).to_be_hidden()
    expect(page.locator("#id_name")).to_have_value("Ana Reader")


def test_continuing_after_expiry_takes_the_time_again(open_context: Open, site: Site) -> None:
    page = open_context().new_page()
    hold = reach_details(page)
    leave_seconds(site, 2)
    page.reload()
    fill_in(page)
    expect(page.locator(".hold-bar[data-state=expired]")).to_be_visible()
    go_on(page)
    expect(page).to_have_url(REVIEW_PAGE)

    assert not page.url.startswith(hold)
    expect(left(page)).to_have_text(re.compile(r"^(9:5\d|10:00) left"))
