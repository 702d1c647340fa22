"""The desk in a browser: a site whose clock stands still, its staff, and what happens there."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, expect

from clinic.supervisor import demo_environment
from tests.servers.site import OURS, ROOT, Site, running_site

TUESDAY_MORNING = "2026-11-24T15:40:00+00:00"
"""Tuesday 24 November 2026, 9:40 in the morning in Chicago."""
PASSWORD = "calm hands and quiet legs"
FRONT, MAYA = "front@clinic.example", "maya@clinic.example"
THERAPIST = "Maya Lindqvist"
PHONE, COUNTER = (390, 844), (1440, 900)


@contextmanager
def desk_site(data: Path) -> Iterator[Site]:
    """A demo on a Tuesday morning, with a front desk and a therapist who sign in by password."""
    with running_site(data, ABUSE_LIMITS="off", CLINIC_CLOCK=TUESDAY_MORNING) as site:
        hire(site, FRONT, "frontdesk", "Flora Front")
        hire(site, MAYA, "therapist", "Maya")
        site.sql("DELETE FROM booking_therapist WHERE name = 'Maya'")
        site.sql(
            "UPDATE booking_therapist SET user_id = (SELECT id FROM booking_user WHERE email = ?) "
            "WHERE name = ?",
            MAYA,
            THERAPIST,
        )
        yield site


def hire(site: Site, email: str, role: str, name: str) -> None:
    """What an operator does with manage.py create_staff."""
    inherited = {key: value for key, value in os.environ.items() if key not in OURS}
    command = [sys.executable, "manage.py", "create_staff", email, "--role", role, "--name", name]
    subprocess.run(
        [*command, "--password-stdin"],
        cwd=ROOT,
        env=demo_environment(inherited, site.data),
        input=f"{PASSWORD}\n",
        text=True,
        check=True,
        stdout=subprocess.DEVNULL,
    )


def sign_in(page: Page, email: str) -> None:
    """With a password; the demo asks for no second factor."""
    page.goto("/accounts/login/?next=/desk/")
    page.fill("[name=login]", email)
    page.fill("[name=password]", PASSWORD)
    page.locator("form:has([name=password]) button").first.click()
    expect(page.get_by_role("heading", name="Today", exact=True)).to_be_visible()
