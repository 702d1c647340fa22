"""Small windows and large text: nothing scrolls sideways, nothing is cut off, all can be hit."""

import pytest

from tests.browser.conftest import Open
from tests.browser.layout import SPACED, small_targets, what_is_lost
from tests.browser.states import EVERYTHING
from tests.servers.site import Site

pytestmark = pytest.mark.browser

SIZES = {
    "1280 x 1024 at 400 %": (320, 256),
    "a small phone": (320, 640),
    "a phone on its side": (740, 360),
    "a tablet": (820, 1180),
    "a desk": (1280, 800),
}


@pytest.mark.parametrize("state", EVERYTHING)
def test_everything_can_be_read_and_hit_at_every_size(
    state: str, open_context: Open, site: Site
) -> None:
    page = open_context(bypass_csp=True, reduced_motion="reduce").new_page()
    EVERYTHING[state](page, site)
    found = []
    for spaced in ("", " with wide spacing"):
        if spaced:
            page.add_style_tag(content=SPACED)
        for name, (width, height) in SIZES.items():
            page.set_viewport_size({"width": width, "height": height})
            found += [f"{name}{spaced}: {line}" for line in what_is_lost(page)]
            found += [f"{name}{spaced}: {line}" for line in small_targets(page)]

    assert "\n".join(dict.fromkeys(found)) == ""


@pytest.mark.parametrize("state", ["choose", "hold: nearly over", "hold-review"])
def test_bars_that_stay_leave_most_of_a_low_window_free(
    state: str, open_context: Open, site: Site
) -> None:
    page = open_context(width=320, height=256).new_page()
    EVERYTHING[state](page, site)
    page.mouse.wheel(0, 600)
    page.wait_for_function("scrollY > 300")
    covered = page.evaluate(
        """() => [...document.querySelectorAll(".site-head, .hold-bar, .bottom-bar")]
             .filter((one) => ["sticky", "fixed"].includes(getComputedStyle(one).position))
             .reduce((sum, one) => sum + one.offsetHeight, 0)"""
    )

    assert covered <= 256 / 3
