"""Every page and state: axe (WCAG 2.2 A and AA, best practice), light, dark and forced colours;
small windows and large text, where nothing scrolls sideways, is cut off, or is too small to hit.
"""

import pytest
from django.urls import get_resolver
from playwright.sync_api import Page

from tests.browser.article_states import WRITING
from tests.browser.axe import COLOURS, axe_violations
from tests.browser.conftest import Open
from tests.browser.editor_states import EDITING
from tests.browser.health_states import SIGNING
from tests.browser.layout import lost_or_small, too_wide_with_large_text
from tests.browser.mail_states import BACK_OFFICE as MESSAGES
from tests.browser.office_states import ADMIN
from tests.browser.states import EVERYTHING, NOT_PAGES
from tests.browser.team import enter, forget_second_steps
from tests.roles.test_access_marks import every_address
from tests.servers.site import Site

pytestmark = pytest.mark.browser
BACK_OFFICE = {**MESSAGES, **SIGNING, **EDITING, **WRITING}


def test_every_address_has_a_state() -> None:
    addresses = {pattern.name for _, pattern in every_address(get_resolver().url_patterns)}

    states = {*EVERYTHING, *BACK_OFFICE, *ADMIN}
    assert addresses - NOT_PAGES == {state.partition(":")[0] for state in states} - {"error"}, (
        "Add a state to the file of its area, such as tests/browser/desk_states.py, or list "
        "what is no page in its NOT_PAGES."
    )


@pytest.mark.parametrize("state", [*EVERYTHING, *BACK_OFFICE])
def test_every_state_is_accessible_at_every_size(state: str, blank_page: Page, site: Site) -> None:
    """In one test, since many states are a long way to go."""
    page = blank_page
    {**EVERYTHING, **BACK_OFFICE}[state](page, site)
    found = what_is_wrong(page)
    if state.startswith("me"):
        found += too_wide_with_large_text(page)
    if state in EVERYTHING:  # the back office keeps the layout of the stock admin
        found += lost_or_small(page)

    assert "\n".join(dict.fromkeys(found)) == ""


@pytest.mark.parametrize("state", ADMIN)
def test_every_page_of_the_stock_admin_is_accessible(
    state: str, blank_page: Page, site: Site
) -> None:
    page = blank_page
    page.set_viewport_size({"width": 1280, "height": 844})
    forget_second_steps(site)
    enter(page, site)
    ADMIN[state](page, site)

    assert what_is_wrong(page) == []


def what_is_wrong(page: Page) -> list[str]:
    """What axe finds in light, and what it finds in the colours of dark; the page stays dark."""
    found = axe_violations(page)
    page.emulate_media(color_scheme="dark")
    return found + [f"dark: {line}" for line in axe_violations(page, rules=COLOURS)]


@pytest.mark.parametrize(
    "state",
    ["home", "choose", "hold: with errors", "appointment", "appointment: just cancelled",
     "appointment-reschedule: taken meanwhile", "article"],
)  # fmt: skip
def test_every_state_is_visible_in_forced_colours(
    state: str, open_context: Open, site: Site
) -> None:
    page = open_context(forced_colors="active").new_page()
    EVERYTHING[state](page, site)
    edgeless = page.evaluate(
        """() => [...document.querySelectorAll(
             ".button, .slot, .day, .notice, .summary:not(.summary-plain), .error-summary, "
             + "input:not([type=hidden], [type=checkbox], [type=radio]), select, textarea")]
           .filter((one) => one.checkVisibility() && !one.closest(".honeypot, .visually-hidden"))
           .filter((one) => parseFloat(getComputedStyle(one).borderTopWidth) < 1)
           .map((one) => one.outerHTML.slice(0, 100))"""
    )

    assert edgeless == []
