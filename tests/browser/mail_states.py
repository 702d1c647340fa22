"""The states of the pages about mail: contact forms, the outbox on the desk, the owner's texts."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from urllib.parse import urlsplit
from uuid import UUID

from playwright.sync_api import Page, expect

from tests.browser.ready import open_ready
from tests.browser.team import enter
from tests.servers.site import ROOT, Site
from tests.servers.starting import wait_until

Reach = Callable[[Page, Site], None]

NOT_PAGES = {
    "appointment-calendar", "appointment-feed", "calendar-feed", "desk-calendar-feed-revoke",
    "autocomplete", "desk-mail-again", "desk-patient-account", "desk-patient-confirm",
    "desk-patient-retry-mail", "desk-mail-retry",
    "jsi18n",
}  # fmt: skip
"""Files, and addresses that only take a POST or answer a script."""
STOP_LINK = """
from booking.models import Patient
from booking.queries.notifications.unsubscribes import make_unsubscribe_token
print(make_unsubscribe_token(Patient.objects.first()))
"""


def manage(site: Site, *arguments: str, said: str = "") -> str:
    """Run a command of the site and return its output."""
    return subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env=site.environment(),
        input=said,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


@contextmanager
def somebody_else(page: Page, site: Site) -> Iterator[Page]:
    """Yield a page in another browser."""
    launched = page.context.browser
    assert launched is not None
    context = launched.new_context(base_url=site.url)
    yield context.new_page()
    context.close()


def open_mail(page: Page, site: Site, kind: str) -> None:
    """Open the newest mail of a kind on the desk, once the worker has written it."""
    row = site.sql("SELECT max(id) FROM booking_message WHERE kind = ?", kind)[0][0]
    wait_until(
        lambda: bool(site.sql("SELECT rendered FROM booking_message WHERE id = ?", row)[0][0]),
        site.program.process,
        "The worker",
    )
    page.goto(f"/desk/mail/{row}/")
    expect(page.locator("iframe")).to_be_visible()


def link_in_mail(page: Page, words: str) -> str:
    """Return the address of a link in the open mail."""
    href = page.frame_locator("iframe").get_by_role("link", name=words).get_attribute("href")
    return urlsplit(str(href)).path


def _contact(page: Page, _site: Site) -> None:
    page.goto("/contact/message/")


def _contact_with_errors(page: Page, site: Site) -> None:
    _contact(page, site)
    page.get_by_role("button", name="Send your question").click()
    expect(page.get_by_role("alert")).to_be_focused()


def _contact_sent(page: Page, site: Site) -> None:
    _contact(page, site)
    page.fill("#id_name", "Ana Reader")
    page.fill("#id_email", "ana@reader.example")
    page.fill("#id_message", "May I bring my own music?")
    page.get_by_role("button", name="Send your question").click()
    expect(page).to_have_url(re.compile("/sent/$"))


def _lost(page: Page, _site: Site, email: str = "") -> None:
    page.goto("/appointments/lost-link/")
    if email:
        page.fill("#id_email", email)
        page.get_by_role("button", name="Mail me my links").click()
        expect(page).to_have_url(re.compile("/(sent|lost-link)/$"))


def _asked_to_prove(page: Page, site: Site) -> None:
    """Ask for a verification link, as the review page does when too many guests book."""
    hold = open_ready(page, site, "review").removesuffix("review/")
    page.evaluate(
        """(address) => {
             const form = document.createElement("form");
             form.method = "post";
             form.action = address;
             form.append(document.querySelector("[name=csrfmiddlewaretoken]").cloneNode());
             document.body.append(form);
             form.submit();
           }""",
        f"{hold}prove/",
    )
    expect(page).to_have_url(re.compile("/prove/$"))


def _prove(page: Page, site: Site) -> None:
    _asked_to_prove(page, site)
    with somebody_else(page, site) as owner:
        enter(owner, site)
        open_mail(owner, site, "prove_email")
        address = link_in_mail(owner, "Confirm my booking")
    page.goto(address)
    expect(page.get_by_role("button", name="Book now")).to_be_visible()


def _prove_too_late(page: Page, site: Site) -> None:
    _prove(page, site)
    site.sql("UPDATE booking_message SET created_at = '2001-01-01' WHERE kind = 'prove_email'")
    page.reload()
    expect(page.get_by_role("heading", name="no longer valid")).to_be_visible()


def _stop(page: Page, site: Site, *, press: bool = False) -> None:
    page.goto(f"/mail/stop/{site.run_python(STOP_LINK).strip()}/")
    if press:
        page.get_by_role("button", name="Yes, stop them").click()
    expect(page.get_by_role("button", name="Yes, stop them")).to_have_count(0 if press else 1)


def _mailbox(page: Page, site: Site, query: str = "") -> None:
    site.sql(
        "UPDATE booking_message SET status = 'failed', problem = 'Refused for good (550).' "
        "WHERE id IN (SELECT id FROM booking_message WHERE status = 'sent' LIMIT 3)"
    )
    site.sql(
        "UPDATE booking_patient SET undeliverable_since = '2026-01-01 10:00:00' WHERE id = (SELECT "
        "patient_id FROM booking_appointment WHERE status = 'booked' ORDER BY starts_at DESC)"
    )
    enter(page, site)
    page.goto(f"/desk/mail/{query}")
    # To the end, where the bar at the foot covers no row: axe takes such a link for a small one.
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")


def _patient_to_come(site: Site) -> str:
    """Return the path of the record of a patient with an upcoming appointment."""
    row = site.sql(
        "SELECT patient.public_id FROM booking_appointment AS appointment JOIN booking_patient AS "
        "patient ON patient.id = appointment.patient_id WHERE status = 'booked' AND starts_at > "
        "datetime('now', '+2 days') AND email > '' ORDER BY starts_at LIMIT 1"
    )[0][0]
    return f"/desk/patients/{UUID(row)}/"


def _to_confirm(page: Page, site: Site) -> None:
    """Open the record of a patient whose address has changed."""
    site.sql("UPDATE booking_message SET link_version = 0 WHERE is_to_patient")
    site.sql("UPDATE booking_patient SET undeliverable_since = NULL")
    enter(page, site)
    page.goto(_patient_to_come(site))
    expect(page.get_by_role("button", name="to the present address")).to_be_visible()


def _unreachable(page: Page, site: Site) -> None:
    site.sql("UPDATE booking_patient SET undeliverable_since = '2026-01-01 10:00:00'")
    enter(page, site)
    page.goto(_patient_to_come(site))
    expect(page.get_by_role("link", name="Correct the address")).to_be_visible()


def _link_has_ended(page: Page, _site: Site) -> None:
    page.goto(f"/appointments/{'a' * 48}/")
    expect(page.get_by_role("heading", name="This link has ended")).to_be_visible()


def _one_mail(page: Page, site: Site) -> None:
    open_ready(page, site, "appointment")
    enter(page, site)
    open_mail(page, site, "booked")


def _feed(page: Page, site: Site, *, press: bool = False) -> None:
    enter(page, site, "maya")
    page.goto("/desk/feed/")
    if press:
        page.get_by_role("button", name="Make an address").click()
        expect(page.get_by_label("The address of your calendar")).to_be_visible()


def _as_owner(address: str, page: Page, site: Site) -> None:
    enter(page, site)
    page.goto(address)


def _wording(page: Page, site: Site, words: str = "", button: str = "") -> None:
    _as_owner("/admin/booking/notificationtext/booked/", page, site)
    if words:
        page.fill("#id_body", words)
    if button:
        page.get_by_role("button", name=button).click()
        page.locator("#preview, .error-summary").first.wait_for()


MAIL: Mapping[str, Reach] = {
    "contact-message": _contact,
    "contact-message: with errors": _contact_with_errors,
    "contact-sent": _contact_sent,
    "appointment: link has ended": _link_has_ended,
    "desk-patient: to be confirmed": _to_confirm,
    "desk-patient: mails do not arrive": _unreachable,
    "lost-link": _lost,
    "lost-link: with errors": partial(_lost, email="no address"),
    "lost-link-sent": partial(_lost, email="ana@reader.example"),
    "hold-verify-email": _asked_to_prove,
    "verify-email": _prove,
    "verify-email: too late": _prove_too_late,
    "unsubscribe": _stop,
    "unsubscribe: stopped": partial(_stop, press=True),
    "desk-mail": _mailbox,
    "desk-mail: did not arrive": partial(_mailbox, query="?in=failed"),
    "desk-mail: nothing": partial(_mailbox, query="?in=waiting"),
    "desk-mail: refused": partial(_mailbox, query="?in=refused"),
    "desk-mail-message": _one_mail,
    "desk-calendar-feed": _feed,
    "desk-calendar-feed: made": partial(_feed, press=True),
}
"""Pages of our own."""
BACK_OFFICE: Mapping[str, Reach] = {
    "index": partial(_as_owner, "/admin/"),
    "app_list": partial(_as_owner, "/admin/booking/"),
    "booking_notificationtext_changelist": partial(_as_owner, "/admin/booking/notificationtext/"),
    "booking_notificationtext_wording": _wording,
    "booking_notificationtext_wording: with errors": partial(_wording, words="{no}", button="Save"),
    "booking_notificationtext_wording: looked at": partial(_wording, button="Look at it"),
}
"""Pages of Django's admin with our additions."""
