"""Limits of fair use as a visitor meets them: on a site of its own, where they are on."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.axe import STATIC, axe_violations
from tests.browser.steps import (
    APPOINTMENT_PAGE,
    QUESTIONS_PAGE,
    REVIEW_PAGE,
    SWEDISH,
    fill_in,
    first_slot,
    go_on,
    say_no,
)
from tests.servers.site import Site, running_site

pytestmark = pytest.mark.browser


@pytest.fixture
def strict(store: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("strict")
    with running_site(folder, store=store, static=STATIC, ABUSE_LIMITS="on") as started:
        yield started


def test_limits_are_explained_with_what_to_do(browser: Browser, strict: Site) -> None:
    page = browser.new_page(base_url=strict.url)
    page.goto(f"/book/{SWEDISH}/")
    first_slot(page).click()
    too_quick(page, strict)
    flood(page, strict)
    pause(page, strict)
    page.context.close()


def too_quick(page: Page, strict: Site) -> None:
    """Filled in within three seconds: the booking is shown once more, nothing is refused."""
    say_no(page)
    fill_in(page)
    strict_now = "UPDATE booking_appointment SET created_at = ? WHERE status = 'hold'"
    strict.sql(strict_now, f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S.%f}")
    go_on(page)
    expect(page).to_have_url(REVIEW_PAGE)
    expect(page.get_by_role("alert")).to_have_count(0)
    expect(page.get_by_text("Ana Reader")).to_be_visible()
    assert axe_violations(page) == []


def flood(page: Page, strict: Site) -> None:
    """More unproven guests in an hour than the owner wants: please call. Later it works."""
    strict.sql("UPDATE booking_clinicprofile SET guest_bookings_per_hour = 0")
    page.get_by_role("button", name="Book now").click()
    expect(page.get_by_role("alert")).to_contain_text("call")
    assert axe_violations(page) == []
    strict.sql("UPDATE booking_clinicprofile SET guest_bookings_per_hour = 10")
    page.get_by_role("button", name="Book now").click()
    expect(page).to_have_url(APPOINTMENT_PAGE)


def pause(page: Page, strict: Site) -> None:
    """Too many holds from one address: first a proof of the e-mail address is asked for.

    Too many codes are guessed as well: a pause, with a way to call, and how long it lasts.
    """
    strict.sql("UPDATE booking_usecount SET count = 100000")
    page.goto(f"/book/{SWEDISH}/")
    first_slot(page).click()
    expect(page.get_by_role("heading", name="Confirm your address")).to_be_visible()
    assert axe_violations(page) == []
    page.get_by_label("E-mail").fill("ana@reader.example")
    page.get_by_role("button", name="Mail me a code").click()
    expect(page.get_by_label("Code from the mail")).to_be_visible()
    guess_a_code(page)
    expect(page.get_by_label("Code from the mail")).to_have_attribute("aria-invalid", "true")
    strict.sql("UPDATE booking_usecount SET count = 100000")
    with page.expect_response(lambda answer: answer.status == 429) as refused:
        guess_a_code(page)
    expect(page.get_by_role("heading", name="A short pause, please")).to_be_visible()
    assert 0 < int(refused.value.headers["retry-after"]) <= 600
    assert axe_violations(page) == []
    page.get_by_role("link", name="See how to call us").click()
    expect(page.locator("main a[href^='tel:']").first).to_be_visible()
    strict.sql("UPDATE booking_usecount SET count = 1")
    page.goto(f"/book/{SWEDISH}/")
    first_slot(page).click()
    expect(page).to_have_url(QUESTIONS_PAGE)


def guess_a_code(page: Page) -> None:
    page.get_by_label("Code from the mail").fill("wrong")
    page.get_by_role("button", name="Continue").click()
