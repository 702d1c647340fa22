"""Every page and every state of a booking, by address.

A state is named "address" or "address: what about it", after the names in the URLconf;
tests/browser/test_axe_everywhere.py checks that no address is left out.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from urllib.parse import urlencode

from django.template.loader import render_to_string
from playwright.sync_api import Page, expect

from tests.browser import (
    account_states,
    article_states,
    desk_states,
    editor_states,
    family_states,
    health_states,
    mail_states,
    money_states,
    monitoring_states,
    office_states,
    own_record_states,
    privacy_states,
    schedule_states,
    team_states,
)
from tests.browser.account_states import PATIENT_ACCOUNT
from tests.browser.change_states import CHANGES
from tests.browser.desk_states import WORK
from tests.browser.family_states import FAMILY_STATES
from tests.browser.health_states import HEALTH
from tests.browser.mail_states import MAIL
from tests.browser.money_states import MONEY_STATES
from tests.browser.monitoring_states import MONITORING
from tests.browser.office_states import OFFICE
from tests.browser.own_record_states import OWN_RECORD
from tests.browser.privacy_states import PRIVACY_STATES
from tests.browser.reading_states import ARTICLE, READING
from tests.browser.ready import open_ready
from tests.browser.schedule_states import SCHEDULES
from tests.browser.steps import (
    SWEDISH,
    another_browser,
    book,
    fill_in,
    first_slot,
    go_on,
    hold_a_time,
    leave_seconds,
    reach_details,
    see_times,
    someone_giving,
)
from tests.browser.team_states import ACCOUNT, DESK
from tests.servers.site import ROOT, Site

Reach = Callable[[Page, Site], None]

NOT_PAGES = {
    "sitemap", "robots", "security-txt", "favicon", "healthz", "readyz", "metrics", "api-slots",
    "hold-extend", "hold-retake", "hold-release", "take-time",
    "therapist-photo", "find-appointment", "cut-link", "article-feed",
    *team_states.NOT_PAGES, *mail_states.NOT_PAGES, *desk_states.NOT_PAGES,
    *office_states.NOT_PAGES, *schedule_states.NOT_PAGES, *health_states.NOT_PAGES,
    *account_states.NOT_PAGES, *family_states.NOT_PAGES,
    *privacy_states.NOT_PAGES, *money_states.NOT_PAGES, *monitoring_states.NOT_PAGES,
    *own_record_states.NOT_PAGES, *editor_states.NOT_PAGES,
    *article_states.NOT_PAGES,
}  # fmt: skip
"""Addresses for machines, and those that only take a POST and redirect."""
ERRORS = sorted(file.stem for file in (ROOT / "templates" / "errors").glob("[0-9]*.html"))


def _go(address: str, page: Page, _site: Site) -> None:
    page.goto(address)


def _one(table: str, prefix: str, page: Page, site: Site) -> None:
    slug = site.sql(f"SELECT slug FROM booking_{table} ORDER BY id")[0][0]
    page.goto(f"{prefix}{slug}/")


def _week_without_times(page: Page, site: Site) -> None:
    """The clinic is closed for the two weeks around a day."""
    wanted = datetime.now(UTC).date() + timedelta(days=40)
    week = timedelta(days=7)
    site.sql(
        "INSERT INTO booking_closure (name, first_day, last_day) VALUES ('Moving', ?, ?)",
        str(wanted - week),
        str(wanted + week),
    )
    try:
        page.goto(f"/book/{SWEDISH}/?day={wanted}")
    finally:
        site.sql("DELETE FROM booking_closure WHERE name = 'Moving'")
    expect(page.get_by_text("No free times on these days")).to_be_visible()


def _taken_while_looking(page: Page, site: Site) -> None:
    therapist = someone_giving(site, SWEDISH)
    see_times(page, f"/book/{SWEDISH}/?{urlencode({'therapist': therapist})}")
    with another_browser(page) as other:
        hold_a_time(other, therapist=therapist)
    first_slot(page).click()
    expect(page.get_by_role("heading", name="The nearest free times")).to_be_visible()


def _email_asked(page: Page, _site: Site) -> None:
    """As after a refused time: the form of that time goes to the page of the code instead."""
    see_times(page, f"/book/{SWEDISH}/")
    first_slot(page).evaluate("(button) => { button.formAction = `${location.pathname}code/`; }")
    first_slot(page).click()
    expect(page.get_by_role("heading", name="Confirm your address")).to_be_visible()


def _code_mailed(page: Page, site: Site) -> None:
    _email_asked(page, site)
    page.get_by_label("E-mail").fill("ana@reader.example")
    page.get_by_role("button", name="Mail me a code").click()
    expect(page.get_by_label("Code from the mail")).to_be_visible()


def _wrong_code(page: Page, site: Site) -> None:
    _code_mailed(page, site)
    page.get_by_label("Code from the mail").fill("wrong")
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_label("Code from the mail")).to_have_attribute("aria-invalid", "true")


def _hold(page: Page, site: Site) -> None:
    open_ready(page, site, "details")


def _with_errors(page: Page, site: Site) -> None:
    open_ready(page, site, "details")
    fill_in(page, name="", email="not an address", phone="12")
    go_on(page)
    expect(page.get_by_role("alert")).to_be_visible()


def _nearly_over(page: Page, site: Site) -> None:
    reach_details(page)
    leave_seconds(site, 55)
    page.reload()


def _ran_out_on_the_page(page: Page, site: Site) -> None:
    reach_details(page)
    leave_seconds(site, 2.5)
    page.reload()
    expect(page.locator(".hold-bar[data-state=expired]")).to_be_visible()


def _ran_out(page: Page, site: Site) -> None:
    hold_a_time(page)
    leave_seconds(site, -1)
    page.reload()
    expect(page.get_by_role("button", name=re.compile("Take .* again"))).to_be_visible()


def _taken_meanwhile(page: Page, site: Site) -> None:
    therapist = someone_giving(site, SWEDISH)
    reach_details(page, therapist=therapist)
    leave_seconds(site, -1)
    with another_browser(page) as other:
        hold_a_time(other, therapist=therapist)
    fill_in(page)
    go_on(page)
    expect(page.get_by_role("heading", name="That time is gone")).to_be_visible()


def _given_back(page: Page, _site: Site) -> None:
    hold = hold_a_time(page)
    page.get_by_role("button", name="Choose another time").click()
    page.goto(hold)


def _review(page: Page, site: Site) -> None:
    open_ready(page, site, "review")


def _appointment(page: Page, _site: Site) -> None:
    book(page)


def _cancelled(page: Page, site: Site) -> None:
    open_ready(page, site, "appointment")
    site.sql(
        "UPDATE booking_appointment SET status = 'cancelled' WHERE id = "
        "(SELECT id FROM booking_appointment ORDER BY booked_at DESC LIMIT 1)"
    )
    page.reload()
    expect(page.get_by_text("Canceled", exact=True)).to_be_visible()


def _nothing_to_book(address: str, page: Page, site: Site) -> None:
    slug = site.sql("SELECT slug FROM booking_treatment ORDER BY id")[0][0]
    with _put_away(site, "booking_offer"):
        page.goto(address.format(slug))


def _not_set_up(page: Page, site: Site) -> None:
    with _put_away(site, "booking_clinicprofile"):
        page.goto(f"/book/{SWEDISH}/")


def _without_cookies(page: Page, _site: Site) -> None:
    page.goto(f"/book/{SWEDISH}/")
    page.context.clear_cookies()
    first_slot(page).click()
    expect(page.get_by_role("heading", name="You cannot open this page")).to_be_visible()


def _error(status: str, page: Page, site: Site) -> None:
    """An error page as the site would send it, with its hashed style sheet."""
    names: Mapping[str, str] = json.loads(
        (site.data / "static-names" / "staticfiles.json").read_text()
    )["paths"]
    body = re.sub(
        r"/static/([^\"]+)",
        lambda found: f"/static/{names[found[1]]}",
        render_to_string(f"errors/{status}.html"),
    )
    page.route(
        "**/broken/",
        lambda route: route.fulfill(status=int(status), content_type="text/html", body=body),
    )
    page.goto("/broken/")


@contextmanager
def _put_away(site: Site, table: str) -> Iterator[None]:
    """Empty a table until the end of the block."""
    site.sql(f"CREATE TABLE kept AS SELECT * FROM {table}")
    site.sql(f"DELETE FROM {table}")
    try:
        yield
    finally:
        site.sql(f"INSERT INTO {table} SELECT * FROM kept")
        site.sql("DROP TABLE kept")


PUBLIC: Mapping[str, Reach] = {
    "home": partial(_go, "/"),
    "about": partial(_go, "/about/"),
    "contact": partial(_go, "/contact/"),
    "privacy": partial(_go, "/privacy/"),
    "accessibility": partial(_go, "/accessibility/"),
    "treatments": partial(_go, "/treatments/"),
    "treatment": partial(_one, "treatment", "/treatments/"),
    "therapists": partial(_go, "/therapists/"),
    "therapist": partial(_one, "therapist", "/therapists/"),
    "book": partial(_go, "/book/"),
    "choose": partial(_one, "treatment", "/book/"),
    "articles": partial(_go, "/articles/"),
    "article": partial(_go, ARTICLE),
    "article-topic": partial(_go, "/articles/topics/massage/"),
    "glossary": partial(_go, "/articles/glossary/"),
    "evidence-policy": partial(_go, "/articles/evidence-policy/"),
    "comment-policy": partial(_go, "/articles/comment-policy/"),
}
"""Public pages."""
BOOKING: Mapping[str, Reach] = {
    "choose: evenings": partial(_go, f"/book/{SWEDISH}/?therapist=&part=evening"),
    "choose: a week without times": _week_without_times,
    "choose: an address that cannot be read": partial(_go, f"/book/{SWEDISH}/?option=abc"),
    "choose: a length that is not offered": partial(_go, f"/book/{SWEDISH}/?option=999999"),
    "choose: taken while looking": _taken_while_looking,
    "choose-code": _code_mailed,
    "choose-code: without an address": _email_asked,
    "choose-code: a wrong code": _wrong_code,
    "hold": _hold,
    "hold: with errors": _with_errors,
    "hold: nearly over": _nearly_over,
    "hold: ran out on the page": _ran_out_on_the_page,
    "hold: ran out": _ran_out,
    "hold: taken meanwhile": _taken_meanwhile,
    "hold: given back": _given_back,
    "hold-review": _review,
    "appointment": _appointment,
    "appointment: cancelled": _cancelled,
}
"""The steps of a booking and their states."""
EMPTY: Mapping[str, Reach] = {
    "book: nothing to book": partial(_nothing_to_book, "/book/"),
    "treatment: nothing to book": partial(_nothing_to_book, "/treatments/{}/"),
    "therapists: nothing to book": partial(_nothing_to_book, "/therapists/"),
    "choose: not set up": _not_set_up,
}
"""A clinic that is not set up yet."""
BROKEN: Mapping[str, Reach] = {
    "error: no such page": partial(_go, "/no/such/page/"),
    "error: without cookies": _without_cookies,
    **{f"error: {status}": partial(_error, status) for status in ERRORS},
}
"""Error pages."""
EVERYTHING: Mapping[str, Reach] = {
    name: reach
    for group in (
        PUBLIC,
        BOOKING,
        CHANGES,
        READING,
        EMPTY,
        BROKEN,
        ACCOUNT,
        PATIENT_ACCOUNT,
        DESK,
        MAIL,
        WORK,
        OFFICE,
        OWN_RECORD,
        FAMILY_STATES,
        PRIVACY_STATES,
        MONEY_STATES,
        MONITORING,
        SCHEDULES,
        HEALTH,
    )
    for name, reach in group.items()
}
