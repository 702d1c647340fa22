"""Low windows: what stays in view leaves room for the page."""

import pytest

from tests.browser.conftest import Open
from tests.browser.states import EVERYTHING
from tests.browser.steps import wait_for_condition
from tests.servers.site import Site

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("state", ["choose", "hold: nearly over", "hold-review"])
def test_sticky_bars_leave_most_of_a_low_window_free(
    state: str, open_context: Open, site: Site
) -> None:
    page = open_context(width=320, height=256).new_page()
    EVERYTHING[state](page, site)
    page.mouse.wheel(0, 600)
    wait_for_condition(page, "scrollY > 300")
    covered = page.evaluate(
        """() => [...document.querySelectorAll(".site-head, .hold-bar, .bottom-bar, .foot-bar")]
             .filter((one) => ["sticky", "fixed"].includes(getComputedStyle(one).position))
             .reduce((sum, one) => sum + one.offsetHeight, 0)"""
    )

    assert covered <= 256 / 3
