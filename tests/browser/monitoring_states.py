"""The states of the page about what the site has found out about itself."""

from collections.abc import Callable, Mapping

from playwright.sync_api import Page

from tests.browser.team import enter
from tests.servers.site import Site

Reach = Callable[[Page, Site], None]

NOT_PAGES = {"desk-error-settle"}
"""Addresses that only take a POST and redirect."""
ROWS = """
from datetime import timedelta
from booking.features.monitoring.models import Alert, ProgramError
from clinic.lib.dates import clock

now = clock.now()
ProgramError.objects.all().delete()
common = dict(
    module="booking.actions.appointments.reschedule", function="reschedule_appointment",
    release="1.0.0", first_seen_at=now - timedelta(days=9),
)
ProgramError.objects.create(
    error_type="django.db.utils.DataError", line=118, source="request", count=7,
    last_seen_at=now - timedelta(hours=2), settled_at=now - timedelta(days=1), **common
)
ProgramError.objects.create(
    error_type="KeyError", line=64, source="job", last_seen_at=now - timedelta(days=3), **common
)
ProgramError.objects.create(
    error_type="ValueError", line=31, source="worker", count=2, settled_at=now,
    last_seen_at=now - timedelta(days=4), **common
)
Alert.objects.update_or_create(
    name="backups",
    defaults=dict(
        checked_at=now, since=now - timedelta(hours=6),
        sentences=["The newest backup is 31 h old (12.4 MB). Make one every day."],
    ),
)
"""


def _open(page: Page, site: Site) -> None:
    enter(page, site)
    page.goto("/desk/monitoring/")


def _with_problems(page: Page, site: Site) -> None:
    site.run_python(ROWS)
    _open(page, site)
    page.get_by_text("Dealt with (1)").click()


def _today_with_problems(page: Page, site: Site) -> None:
    site.run_python(ROWS)
    enter(page, site)
    page.goto("/desk/")


MONITORING: Mapping[str, Reach] = {
    "desk-monitoring": _open,
    "desk-monitoring: with problems": _with_problems,
    "desk: the site needs the owner": _today_with_problems,
}
