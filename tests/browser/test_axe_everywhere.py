"""axe (WCAG 2.2 A and AA, best practice) on every page and state, light, dark and forced."""

import pytest
from django.urls import get_resolver

from tests.browser.conftest import COLOURS, Open, axe_violations
from tests.browser.mail_states import BACK_OFFICE
from tests.browser.states import EVERYTHING, NOT_PAGES
from tests.servers.site import Site
from tests.test_doors import every_address

pytestmark = pytest.mark.browser


def test_no_address_is_forgotten() -> None:
    addresses = {pattern.name for _, pattern in every_address(get_resolver().url_patterns)}

    states = {*EVERYTHING, *BACK_OFFICE}
    assert addresses - NOT_PAGES == {state.partition(":")[0] for state in states} - {"error"}


@pytest.mark.parametrize("state", [*EVERYTHING, *BACK_OFFICE])
def test_axe_finds_nothing_in_light_and_dark(state: str, open_context: Open, site: Site) -> None:
    page = open_context(color_scheme="light", reduced_motion="reduce").new_page()
    {**EVERYTHING, **BACK_OFFICE}[state](page, site)
    light = axe_violations(page)
    page.emulate_media(color_scheme="dark")
    dark = [f"dark: {line}" for line in axe_violations(page, rules=COLOURS)]

    assert "\n".join(light + dark) == ""


@pytest.mark.parametrize(
    "state",
    ["home", "choose", "hold: with errors", "appointment", "appointment: just cancelled",
     "appointment-reschedule: taken meanwhile", "article"],
)  # fmt: skip
def test_nothing_vanishes_when_somebody_forces_their_colours(
    state: str, open_context: Open, site: Site
) -> None:
    page = open_context(forced_colors="active").new_page()
    EVERYTHING[state](page, site)
    edgeless = page.evaluate(
        """() => [...document.querySelectorAll(
             ".button, .slot, .day, .notice, .summary:not(.summary-plain), .error-summary, "
             + "input:not([type=hidden], [type=checkbox], [type=radio]), select, textarea")]
           .filter((one) => one.checkVisibility() && !one.closest(".trap, .visually-hidden"))
           .filter((one) => parseFloat(getComputedStyle(one).borderTopWidth) < 1)
           .map((one) => one.outerHTML.slice(0, 100))"""
    )

    assert edgeless == []
