"""Sessions and bookings that are made once for a whole run, so that states begin with them.

Whoever starts first signs the staff in, walks to a few pages of a booking, and signs a patient in;
the others copy the databases and the cookies. Bookings and patients are in further copies of the
database, which only the states that need them restore: nobody else finds a hold that they did not
make.
"""

import fcntl
import json
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page

from clinic.lib.scheduled_jobs import registered_jobs
from tests.browser.patients import sign_in_as_regular
from tests.browser.steps import book, hold_a_time, reach_details, reach_review
from tests.browser.team import let_in, renew_session
from tests.servers.site import Site
from tests.servers.starting import wait_until

DEEP = "deep-tissue-massage"
STAFF = ("owner", "frontdesk", "maya", "editor")
WITH_BOOKINGS = "bookings"
"""The name of the copy of the database that has them."""


REGULARS = {"regular": False, "regular with a booking": True}
"""The copies of the database in which a patient of the demo has signed in, by name, and whether
that patient has an appointment to come."""


def in_days(days: int) -> str:
    """A day, as addresses have it."""
    return str(datetime.now(UTC).date() + timedelta(days=days))


def book_ahead(page: Page) -> str:
    """An appointment that can still be changed; returns its address."""
    return book(page, therapist="", day=in_days(7))


WALKS: Mapping[str, Callable[[Page], str]] = {
    "questions": hold_a_time,
    "questions for deep tissue": partial(hold_a_time, treatment=DEEP),
    "details": reach_details,
    "review": reach_review,
    "appointment": book_ahead,
}
"""Each ends on the page that `open_ready` opens; the appointment is the newest booking."""


def open_ready(page: Page, site: Site, name: str) -> str:
    """Open the page at the end of one of WALKS, as whoever walked there; returns its address.

    The database becomes the one with bookings: call it first.
    """
    restore(site, WITH_BOOKINGS)
    page.context.add_cookies(site.cookies[name])
    page.goto(site.addresses[name])
    return page.url


def enter_as_regular(page: Page, site: Site, *, with_booking: bool = False) -> None:
    """Use the account of `sign_in_as_regular` as if just signed in; loads no page.

    The database becomes the one of that account: call it first.
    """
    name = next(name for name, value in REGULARS.items() if value == with_booking)
    restore(site, name)
    renew_session(site, name)
    page.context.add_cookies(site.cookies[name])


def restore(site: Site, name: str = "copy") -> None:
    """Restore a copy of the database as if it were made now, however long the tests already take.

    Its holds have just begun, its worker was just seen, and its scheduled jobs have just run.
    """
    site.restore(name, prepare=_renew)


def _renew(copy: sqlite3.Connection) -> None:
    now = datetime.now(UTC)
    plans = [(_written(now + job.interval), job.name) for job in registered_jobs()]
    copy.executemany(
        "UPDATE booking_scheduledjob SET next_run_at = ?, lease = '', lease_until = NULL "
        "WHERE name = ?",
        plans,
    )
    copy.execute("UPDATE booking_workerbeat SET seen_at = ?", (_written(now),))
    copy.execute(
        "UPDATE booking_appointment SET hold_expires_at = ? WHERE status = 'hold'",
        (_written(now + timedelta(minutes=10)),),
    )


def _written(moment: datetime) -> str:
    """A moment as Django writes it into SQLite."""
    return moment.replace(tzinfo=None).isoformat(" ")


def begin(browser: Browser, site: Site, store: Path) -> None:
    """Sign staff in and make the bookings, or copy what another process of this run has made."""
    made = store / "begun"
    with (store / "begun.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if made.exists():
            _copy(made, site)
        else:
            _walk(browser, site)
            _keep(site, made)


def _walk(browser: Browser, site: Site) -> None:
    let_in(browser, site, *STAFF)
    _wait_for_jobs(site)
    site.remember()
    for name, walk in WALKS.items():
        context = browser.new_context(base_url=site.url)
        page = context.new_page()
        walk(page)
        site.addresses[name] = urlsplit(page.url).path
        site.cookies[name] = context.cookies()
        context.close()
    site.remember(WITH_BOOKINGS)
    for name, with_booking in REGULARS.items():
        restore(site)
        context = browser.new_context(base_url=site.url)
        sign_in_as_regular(context.new_page(), site, with_booking=with_booking)
        site.cookies[name] = context.cookies()
        context.close()
        site.remember(name)
    restore(site)


def _wait_for_jobs(site: Site) -> None:
    """Wait until the worker has made the rows of all scheduled jobs: a new row is due at once."""
    known = "SELECT count(*) FROM booking_scheduledjob"
    wait_until(
        lambda: bool(site.sql(known)[0][0] == len(registered_jobs())),
        site.program.process,
        "The worker",
    )


def _keep(site: Site, made: Path) -> None:
    draft = made.with_suffix(".draft")
    draft.mkdir()
    for copy in site.copies():
        shutil.copy(copy, draft)
    (draft / "browsers.json").write_text(json.dumps([site.cookies, site.addresses]))
    draft.rename(made)


def _copy(made: Path, site: Site) -> None:
    for copy in made.glob("remembered-*.sqlite3"):
        shutil.copy(copy, site.data)
    cookies, addresses = json.loads((made / "browsers.json").read_text())
    site.cookies.update(cookies)
    site.addresses.update(addresses)
    restore(site)
