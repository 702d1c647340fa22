"""The first visit of each page, with an empty cache: light, from one host, without a trace."""

import re
from collections.abc import Callable

import pytest

from tests.browser.conftest import Open
from tests.browser.states import EVERYTHING, PUBLIC
from tests.browser.wire import listen
from tests.servers.site import Site

pytestmark = pytest.mark.browser

MAX_REQUESTS = 8
MAX_KILOBYTES = 40
STEPS = [
    "hold", "hold-review", "appointment", "appointment-reschedule",
    "appointment-reschedule: old and new", "appointment-cancel", "appointment-confirm",
]  # fmt: skip
TEXT = re.compile(r"text/|javascript|json|svg")
HASHED = re.compile(r"/static/.+\.[0-9a-f]{12}\.\w+$")


@pytest.mark.parametrize("state", [*PUBLIC, *STEPS])
def test_a_first_visit_is_small_and_loads_nothing_external(
    state: str, open_context: Open, site: Site, record_property: Callable[[str, object], None]
) -> None:
    context = open_context()
    page = context.new_page()
    EVERYTHING[state](page, site)
    address, cookies = page.url, context.cookies()
    page.close()
    page = context.new_page()
    wire = listen(page)
    page.goto(address, wait_until="networkidle")
    page.close()
    record_property("first visit", f"{state}: {len(wire.addresses)} requests, {wire.kilobytes} kB")

    assert wire.complaints == []
    assert [address for address in wire.addresses if not address.startswith(f"{site.url}/")] == []
    assert len(wire.addresses) <= MAX_REQUESTS
    assert 0 < wire.kilobytes <= MAX_KILOBYTES
    if state in PUBLIC and state != "choose":
        assert cookies == []
    for address, headers in wire.headers.items():
        if "/static/" not in address:
            continue
        assert HASHED.search(address), address
        assert "immutable" in headers["cache-control"], address
        if TEXT.search(headers["content-type"]):
            assert headers.get("content-encoding") in ("br", "gzip"), address


def test_a_second_page_loads_only_its_html(open_context: Open, site: Site) -> None:
    page = open_context().new_page()
    page.goto("/", wait_until="networkidle")
    page.goto("/about/", wait_until="networkidle")
    fetched = page.evaluate(
        """() => performance.getEntriesByType("resource")
             .filter((one) => one.transferSize > 0).map((one) => one.name)"""
    )

    assert fetched == []
