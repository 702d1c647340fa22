"""No mouse: Tab, Shift+Tab, Enter, Space and the arrows, from the front page to the appointment."""

import re
from itertools import cycle

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open
from tests.browser.focus import Keyboard
from tests.browser.states import EVERYTHING
from tests.browser.steps import APPOINTMENT_PAGE, HOLD_PAGE, QUESTIONS_PAGE, SWEDISH
from tests.servers.site import Site

pytestmark = pytest.mark.browser

SIZES = {"phone": (390, 664), "desk": (1280, 800)}
WALKED = [
    "home", "contact", "accessibility", "treatment", "therapist", "book", "choose",
    "choose: taken while looking", "hold", "hold: nearly over", "hold-questions: something is true",
    "hold-review", "appointment",
    "appointment: just cancelled", "appointment-reschedule", "appointment-reschedule: old and new",
    "appointment-reschedule: taken meanwhile", "appointment-cancel: with errors",
    "appointment-confirm",
    "account_login", "mfa_index: with an app", "desk-staff", "desk-locked",
    "hold-questions", "appointment-proposal", "desk-proposals",
]  # fmt: skip


def test_the_skip_link_comes_first_and_leads_past_the_menu(open_context: Open) -> None:
    page = open_context(width=1280).new_page()
    page.goto("/")
    keys = Keyboard(page)

    assert keys.press("Tab") == "a Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    keys.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")
    assert keys.problems == []


@pytest.mark.parametrize("size", SIZES)
def test_a_massage_is_booked_with_the_keyboard_alone(size: str, open_context: Open) -> None:
    width, height = SIZES[size]
    page = open_context(width=width, height=height).new_page()
    page.goto("/")
    keys = Keyboard(page)
    keys.tab_to("a Book")
    keys.follow("/book/")
    keys.tab_to("a Swedish massage")
    keys.follow(f"/book/{SWEDISH}/")
    choose(page, keys)
    answer_no(page, keys)
    fill_in_about_you(page, keys)
    expect(page).to_have_url(APPOINTMENT_PAGE)
    keys.walk()

    assert keys.problems == []


def choose(page: Page, keys: Keyboard) -> None:
    """Another length by arrow, evenings by Space and back, a day and a time by Enter."""
    page.locator("[data-without-script]").wait_for(state="hidden")
    keys.tab_to("input 60 min")
    keys.press("ArrowRight")
    expect(page).to_have_url(re.compile("option="))
    expect(page.get_by_role("radio", name="90 min")).to_be_focused()
    keys.tab_to("input Evenings only")
    for times in (1, 2):
        page.keyboard.press("Space")
        expect(page).to_have_url(re.compile("part=evening") if times == 1 else no_evening)
        expect(page.get_by_label("Evenings only")).to_be_focused()
    keys.look()
    day = page.locator("a.day:not([aria-current], .day-more)").first
    name = re.sub(r"\s+", " ", day.inner_text())
    keys.tab_to(f"a {name}")
    page.keyboard.press("Enter")
    chosen = re.compile(r"\s*".join(name.split()[:2]) + r"\b")  # "Tue 1", not the 1 of "18 free"
    expect(page.locator("a.day[aria-current]")).to_have_text(chosen)
    keys.look()
    page.locator("button.slot").first.wait_for()
    slot = page.locator("button.slot").first.inner_text()
    keys.tab_to(f"button {' '.join(slot.split()[:2])}")  # the time, without a price
    page.keyboard.press("Enter")
    expect(page).to_have_url(QUESTIONS_PAGE)


no_evening = re.compile(r"^(?!.*part=evening)")


def fill_in_about_you(page: Page, keys: Keyboard) -> None:
    """First with everything missing: the summary takes the focus and leads into the fields."""
    keys.tab_to("button Book now")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()
    keys.look()
    expected = page.get_by_role("alert").get_by_role("link")
    fields = [link.get_attribute("href") for link in expected.all()]
    assert fields == ["#id_name", "#id_email", "#id_phone"]
    for number, field in enumerate(fields):
        page.get_by_role("alert").focus()
        for _ in range(number + 1):
            keys.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator(str(field))).to_be_focused()
        keys.look()
    page.locator("#id_name").focus()
    for text in ("Kay Board", "kay@board.example", "312 555 0143"):
        page.keyboard.type(text)
        keys.press("Tab")
    page.keyboard.press("Enter")  # opens the note
    keys.press("Tab")
    page.keyboard.type("No mouse.")
    keys.tab_to("button Book now", most=3)
    page.keyboard.press("Enter")


def answer_no(page: Page, keys: Keyboard) -> None:
    """None of these, and agree."""
    keys.tab_to("button None of these", most=20)
    page.keyboard.press("Enter")
    expect(page).to_have_url(HOLD_PAGE)


@pytest.mark.parametrize(("state", "size"), [*zip(WALKED, cycle(SIZES), strict=False)])
def test_the_focus_is_visible_at_every_stop(
    state: str, size: str, open_context: Open, site: Site
) -> None:
    width, height = SIZES[size]
    page = open_context(
        width=width, height=height, color_scheme="dark" if size == "phone" else "light",
        reduced_motion="reduce",
    ).new_page()  # fmt: skip
    EVERYTHING[state](page, site)
    page.evaluate("document.activeElement.blur()")
    keys = Keyboard(page)

    assert keys.rings_without_focus() == []
    forwards = keys.walk()
    backwards = keys.walk("Shift+Tab")
    assert len(forwards) > 4
    assert backwards[: len(forwards)] == forwards[::-1]
    assert keys.problems == []


def test_extending_the_hold_keeps_the_focus(open_context: Open, site: Site) -> None:
    page = open_context().new_page()
    EVERYTHING["hold"](page, site)
    keys = Keyboard(page)
    keys.tab_to("button Keep it longer")
    with page.expect_response(re.compile("/extend/")):
        page.keyboard.press("Enter")
    expect(page.locator("[data-hold-status]")).to_contain_text("for you until")

    expect(page.get_by_role("button", name="Keep it longer")).to_be_focused()
