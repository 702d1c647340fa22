"""The states of the pages for daily work at the desk."""

from collections.abc import Callable, Mapping
from functools import partial

from playwright.sync_api import Page, expect

from tests.browser.team import enter, forget_second_steps
from tests.servers.site import Site

Reach = Callable[[Page, Site], None]

NOT_PAGES = {
    "desk-status", "desk-restore", "desk-note", "desk-pay", "desk-payment-reverse", "desk-job-run",
    "desk-proposal-withdraw", "desk-move-undo",
}  # fmt: skip
"""Addresses that only take a POST and redirect."""
TO_COME = (
    "SELECT public_id, date(starts_at, '-6 hours') FROM booking_appointment "
    "WHERE status = 'booked' AND starts_at > datetime('now', '+3 days') ORDER BY starts_at LIMIT 1"
)


def _at_desk(address: str, page: Page, site: Site) -> None:
    """Open an address as owner, with a coming appointment and its day filled in."""
    one, day = site.sql(TO_COME)[0]
    forget_second_steps(site)
    enter(page, site)
    page.goto(address.format(one=f"/desk/appointments/{_uuid(one)}/", day=day))
    page.evaluate("scrollTo(0, document.body.scrollHeight)")  # otherwise the bar covers a link


def _uuid(digits: str) -> str:
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _failing_job(page: Page, site: Site) -> None:
    site.sql(
        "UPDATE booking_scheduledjob SET failures = 2, problem = 'It waited too long.', "
        "problem_at = next_run_at WHERE name = 'queue-reminders'"
    )
    _at_desk("/desk/jobs/", page, site)
    expect(page.get_by_text("It failed 2 times in a row")).to_be_visible()


def _known(page: Page, site: Site) -> None:
    name = site.sql("SELECT name FROM booking_patient ORDER BY id LIMIT 1")[0][0]
    _at_desk("/desk/book/?day={day}", page, site)
    page.fill("#id_name", name)
    page.fill("#id_phone", "312 555 0100")
    page.locator("#times .slot-pick").first.click()
    _press_book(page)
    expect(page.get_by_text("Is it one of these?")).to_be_visible()


def _against_a_rule(page: Page, site: Site) -> None:
    _at_desk("/desk/book/?day={day}&therapist=maya-lindqvist", page, site)
    page.fill("#id_at", "23:30")
    page.fill("#id_name", "Somebody Quite New")
    page.fill("#id_phone", "999 000 1234")
    _press_book(page)
    expect(page.get_by_text("does not work at that time")).to_be_visible()


def _nobody(page: Page, site: Site) -> None:
    _at_desk("/desk/book/", page, site)
    _press_book(page)
    expect(page.get_by_role("heading", name="There is a problem")).to_be_visible()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")  # otherwise the bar covers a field


def _press_book(page: Page) -> None:
    page.locator("button[value=book]").click()


def _receipt(page: Page, site: Site) -> None:
    _at_desk("{one}", page, site)
    page.get_by_label("Cash").check()
    page.get_by_role("button", name="Take payment").click()
    expect(page.get_by_text("Received")).to_be_visible()


def _unpaid(page: Page, site: Site) -> None:
    _at_desk("{one}", page, site)
    page.fill("#id_amount", "-1")
    page.get_by_role("button", name="Take payment").click()
    expect(page.locator("#id_amount_error")).to_be_visible()


def _ask_first(page: Page, site: Site) -> str:
    """Ask the patient of a coming appointment about half an hour before midnight of its day."""
    _at_desk("{one}move/?day={day}&at=23:30", page, site)
    page.get_by_role("button", name="Ask the patient first").click()
    expect(page.get_by_role("heading", name="Asked about another time")).to_be_visible()
    return page.url


def _asked(address: str, page: Page, site: Site) -> None:
    _ask_first(page, site)
    if address:
        page.goto(address)
    page.evaluate("scrollTo(0, document.body.scrollHeight)")


WORK: Mapping[str, Reach] = {
    "desk-calendar": partial(_at_desk, "/desk/calendar/?day={day}"),
    "desk-calendar: rooms": partial(_at_desk, "/desk/calendar/?day={day}&by=rooms"),
    "desk-calendar: three days": partial(
        _at_desk, "/desk/calendar/?day={day}&view=three&therapist=maya-lindqvist"
    ),
    "desk-calendar: a table": partial(_at_desk, "/desk/calendar/?day={day}&view=table"),
    "desk-calendar: a week": partial(_at_desk, "/desk/calendar/?day={day}&view=week"),
    "desk-calendar: a week of one": partial(
        _at_desk, "/desk/calendar/?day={day}&view=week&therapist=maya-lindqvist"
    ),
    "desk-calendar: a date that cannot be read": partial(_at_desk, "/desk/calendar/?day=soon"),
    "desk-book": partial(_at_desk, "/desk/book/?day={day}"),
    "desk-book: somebody known": _known,
    "desk-book: against a rule": _against_a_rule,
    "desk-book: nobody": _nobody,
    "desk-appointment": partial(_at_desk, "{one}"),
    "desk-appointment: an amount that cannot be": _unpaid,
    "desk-move": partial(_at_desk, "{one}move/"),
    "desk-move: old and new": partial(_at_desk, "{one}move/?day={day}&at=23:30"),
    "desk-appointment: asked about another time": partial(_asked, ""),
    "desk-proposals": partial(_asked, "/desk/proposals/"),
    "desk-proposals: nobody": partial(_at_desk, "/desk/proposals/"),
    "desk-cancel": partial(_at_desk, "{one}cancel/"),
    "desk-receipt": _receipt,
    "desk-audit": partial(_at_desk, "/desk/audit/"),
    "desk-audit: a day that cannot be": partial(_at_desk, "/desk/audit/?first=2030-01-01"),
    "desk-jobs": partial(_at_desk, "/desk/jobs/"),
    "desk-jobs: one fails": _failing_job,
}
"""Opened as owner, who can see everything."""
