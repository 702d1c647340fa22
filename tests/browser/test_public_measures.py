"""What a new guest needs from /book/ to the appointment, and what they see without scrolling."""

from dataclasses import dataclass

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Open
from tests.browser.ready import open_ready
from tests.browser.states import EVERYTHING, PUBLIC
from tests.browser.steps import APPOINTMENT_PAGE, HOLD_PAGE, QUESTIONS_PAGE, SWEDISH, first_slot
from tests.servers.site import Site

pytestmark = pytest.mark.browser

MAX_TAPS, MAX_FIELDS, MAX_SCREENS = 7, 3, 5
MAX_QUESTIONS = 1.3
"""The height of all health questions while nothing is open, in screens."""
ADDRESSES = ("/contact/message/", "/appointments/lost-link/", f"/book/{SWEDISH}/?view=month")
WINDOW = 844
"""The height of the phone's window, in pixels."""
LARGE_TEXT = 32
"""The size of the root font, in pixels; 18 is usual here."""
NOTHING_OF_ITS_OWN = {"article-topic", "comment-policy"}
"""Pages built like others that are looked at."""
TOO_WIDE = """() => {
  const wide = document.scrollingElement.scrollWidth;
  if (wide <= innerWidth) return "";
  const outside = [...document.querySelectorAll("body *")].filter(
    (element) => element.getBoundingClientRect().right > innerWidth + 1
      && !element.closest(".visually-hidden, .skip, .table-scroll, svg"));
  const named = outside.map((element) => `${element.localName}.${element.className}`).slice(-2);
  return `${location.pathname} is ${wide} wide in ${innerWidth}: ${named}`;
}"""

SCROLL_TO = """(element) => {
  const before = scrollY;
  element.scrollIntoView({block: "nearest"});
  return Math.abs(scrollY - before) / innerHeight;
}"""
"""Returns how far the page scrolled, in screens."""


@dataclass
class EffortCounter:
    """Counts the taps, filled fields and scrolled screens of a guest on a phone."""

    page: Page
    taps: int = 0
    fields: int = 0
    screens: float = 0.0

    def tap(self, target: Locator) -> None:
        """Scroll to something if it is not in view, and tap it."""
        self.screens += float(target.evaluate(SCROLL_TO))
        self.taps += 1
        target.click()

    def fill(self, label: str, text: str) -> None:
        """Tap into a field and type."""
        field = self.page.get_by_label(label, exact=True)
        self.tap(field)
        field.press_sequentially(text)
        self.fields += 1


@pytest.mark.parametrize("script", [True, False], ids=["with", "without"])
def test_a_new_guest_books_with_few_taps_fields_and_screens(
    open_context: Open, script: bool
) -> None:
    page = open_context(java_script_enabled=script).new_page()
    page.goto("/book/")
    guest = EffortCounter(page)
    guest.tap(page.get_by_role("link", name="Swedish massage"))
    guest.tap(first_slot(page))
    expect(page).to_have_url(QUESTIONS_PAGE)
    groups = page.locator(".health-collapsibles").bounding_box()
    guest.tap(page.get_by_role("button", name="None of these"))
    expect(page).to_have_url(HOLD_PAGE)
    guest.fill("Your name", "Ana Reader")
    guest.fill("E-mail", "ana@reader.example")
    guest.fill("Phone", "312 555 0142")
    guest.tap(page.get_by_role("button", name="Book now"))
    expect(page).to_have_url(APPOINTMENT_PAGE)
    expect(page.get_by_text("Booked", exact=True).first).to_be_in_viewport()

    assert groups is not None
    assert groups["height"] <= MAX_QUESTIONS * WINDOW
    assert (guest.taps, guest.fields) == (MAX_TAPS, MAX_FIELDS)
    assert guest.screens <= MAX_SCREENS


@pytest.mark.parametrize("size", [(390, 844), (1440, 900)])
@pytest.mark.parametrize("script", [True, False], ids=["with", "without"])
def test_the_first_time_is_in_sight_without_scrolling(
    open_context: Open, size: tuple[int, int], script: bool
) -> None:
    width, height = size
    page = open_context(width=width, height=height, java_script_enabled=script).new_page()
    page.goto(f"/book/{SWEDISH}/")
    box, bar = first_slot(page).bounding_box(), page.locator("#bottom-bar").bounding_box()
    foot = bar["y"] if bar else height

    assert box is not None
    assert box["y"] + box["height"] <= foot
    assert page.evaluate("scrollY") == 0


@pytest.mark.parametrize("width", [390, 1440])
def test_no_public_page_scrolls_sideways_in_large_text(
    open_context: Open, site: Site, width: int
) -> None:
    page = open_context(width=width, height=844).new_page()
    found = []
    for state in PUBLIC.keys() - NOTHING_OF_ITS_OWN:
        EVERYTHING[state](page, site)
        found.append(_too_wide(page))
    for address in (
        "/contact/message/",
        "/appointments/lost-link/",
        "/book/swedish-massage/?view=month",
    ):
        page.goto(address)
        found.append(_too_wide(page))
    for step in ("questions", "details", "review", "appointment"):
        open_ready(page, site, step)
        found.append(_too_wide(page))

    assert "\n".join(sorted(filter(None, found))) == ""


def _too_wide(page: Page) -> str:
    page.evaluate(f"document.documentElement.style.fontSize = '{LARGE_TEXT}px'")
    return str(page.evaluate(TOO_WIDE))
