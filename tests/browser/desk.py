"""A site for tests of the desk, with a frozen clock, and its staff."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.browser.axe import STATIC
from tests.servers.site import Site, running_site

TUESDAY_MORNING = "2026-11-24T15:40:00+00:00"
"""Tuesday 24 November 2026, 9:40 in the morning in Chicago."""
FRONT, MAYA = "frontdesk", "maya"
THERAPIST = "Maya Lindqvist"
PHONE, COUNTER = (390, 844), (1440, 900)


@contextmanager
def desk_site(data: Path, store: Path) -> Iterator[Site]:
    """Run the demo on a Tuesday morning, loaded once for all processes that share `store`."""
    settings = {"ABUSE_LIMITS": "off", "CLINIC_CLOCK": TUESDAY_MORNING}
    with running_site(data, store=store, static=STATIC, **settings) as site:
        yield site
