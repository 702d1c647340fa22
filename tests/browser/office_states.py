"""The states of the pages for patients, reports, set-up, imports and the back office."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial

from playwright.sync_api import Page, expect

from tests.browser.team import enter, forget_second_steps
from tests.servers.site import Site

Reach = Callable[[Page, Site], None]

ONE_OF_A_KIND = {
    ("treatment", "add"), ("therapist", "add"), ("treatment", "history"), ("closure", "delete"),
}  # fmt: skip
NOT_PAGES = {
    "desk-merge-undo", "desk-report-file", "desk-import-template",
    "booking_appointment_cancel", "booking_appointment_restore", "booking_clinicprofile_changelist",
    *(f"booking_{model}_{verb}"
      for model in ("room", "roomkind", "therapist", "openinghours", "treatment", "closure",
                    "clinicprofile", "user", "appointment", "appointmentevent")
      for verb in ("add", "history", "delete")
      if (model, verb) not in ONE_OF_A_KIND),
}  # fmt: skip
"""Files, what only takes a POST, pages that are shut or lead elsewhere at once, and those of the
back office that look like one of ONE_OF_A_KIND."""
TWO = "(SELECT patient_id FROM booking_appointment WHERE status = 'completed' ORDER BY id LIMIT 1)"
ANOTHER = f"(SELECT max(id) FROM booking_patient WHERE id <> {TWO})"
NEW = "name,email\nAna,ana@mail.example\n"
WRONG = "name,email,phone\n,a@b.example,\nAna,not an address,\nB,,12\n"


def _uuid(digits: str) -> str:
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def _at(address: str, page: Page, site: Site) -> None:
    """Open an address as owner; {one} and {two} are look-alike patients."""
    site.sql(
        "UPDATE booking_patient SET phone = '312 555 0177', search_text = name || ' 3125550177' "
        f"WHERE id IN ({TWO}, {ANOTHER})"
    )
    one, two = (
        _uuid(site.sql(f"SELECT public_id FROM booking_patient WHERE id = {which}")[0][0])
        for which in (TWO, ANOTHER)
    )
    forget_second_steps(site)
    enter(page, site)
    _go(address.format(one=one, two=two), page)


def _go(address: str, page: Page) -> None:
    """Scroll to the end, where the bar at the bottom covers no button."""
    page.goto(address)
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")


def _edit_wrongly(page: Page, site: Site) -> None:
    _at("/desk/patients/{one}/edit/", page, site)
    page.get_by_label("Name").fill("")
    page.get_by_role("button", name="Save").click()
    page.locator(".error-summary").wait_for()
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")


def _merged(page: Page, site: Site) -> None:
    _at("/desk/patients/{one}/merge/{two}/", page, site)
    page.get_by_role("button", name="Merge the records").click()
    expect(page.get_by_role("button", name="Take the merge back")).to_be_visible()


def _checked(text: str, page: Page, site: Site) -> None:
    _at("/desk/import/", page, site)
    page.locator("#id_patients_file").set_input_files(
        {"name": "them.csv", "mimeType": "text/csv", "buffer": text.encode()}
    )
    page.get_by_role("button", name="Check the file").first.click()
    page.get_by_role("link", name="Choose another file").wait_for()


@contextmanager
def _nothing_set_up(site: Site) -> Iterator[None]:
    """Delete the clinic's set-up, but not its appointments."""
    site.sql("CREATE TABLE kept_clinic AS SELECT * FROM booking_clinicprofile")
    site.sql("DELETE FROM booking_clinicprofile")
    site.sql("UPDATE booking_room SET is_active = 0")
    site.sql("UPDATE booking_therapist SET is_active = 0")
    try:
        yield
    finally:
        site.sql("INSERT INTO booking_clinicprofile SELECT * FROM kept_clinic")
        site.sql("DROP TABLE kept_clinic")
        site.sql("UPDATE booking_room SET is_active = 1")
        site.sql("UPDATE booking_therapist SET is_active = 1")


def _first_day(address: str, page: Page, site: Site) -> None:
    forget_second_steps(site)
    enter(page, site)
    with _nothing_set_up(site):
        _go(address, page)


def _step(name: str, page: Page, site: Site, *, wrongly: bool = False) -> None:
    _at(f"/desk/setup/{name}/", page, site)
    if wrongly:
        page.get_by_role("button", name="Save and go on").click()
        page.locator(".error-summary").wait_for()
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")


def _hours(page: Page, site: Site) -> None:
    site.sql("CREATE TABLE kept_hours AS SELECT * FROM booking_weeklyhours")
    site.sql("DELETE FROM booking_weeklyhours")
    try:
        _at("/desk/setup/hours/", page, site)
    finally:
        site.sql("INSERT INTO booking_weeklyhours SELECT * FROM kept_hours")
        site.sql("DROP TABLE kept_hours")


def _missing(page: Page, site: Site) -> None:
    site.sql("UPDATE booking_room SET is_active = 0")
    try:
        _at("/desk/setup/", page, site)
    finally:
        site.sql("UPDATE booking_room SET is_active = 1")


def empty(site: Site) -> None:
    """Empty all tables, as after `migrate`. Restoring the copy brings everything back."""
    tables = site.sql(
        "SELECT name FROM sqlite_master WHERE type = 'table' "
        "AND (name LIKE 'booking%' OR name LIKE 'mfa%' OR name LIKE 'account%')"
    )
    guards = site.sql("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    for name, _statement in guards:  # some rows may never be deleted
        site.sql(f'DROP TRIGGER "{name}"')
    for (table,) in tables:
        site.sql(f"DELETE FROM {table}")  # foreign keys are off here
    for _name, statement in guards:
        site.sql(statement)


def _row(model: str, verb: str, page: Page, site: Site) -> None:
    if model == "closure":  # the demo may have none
        site.sql(
            "INSERT OR IGNORE INTO booking_closure (name, first_day, last_day) "
            "VALUES ('Moving', '2030-01-01', '2030-01-01')"
        )
    key = site.sql(f"SELECT id FROM booking_{model} ORDER BY id DESC LIMIT 1")[0][0]
    page.goto(f"/admin/booking/{model}/{key}/{verb}/")


def _page(model: str, verb: str, page: Page, _site: Site) -> None:
    page.goto(f"/admin/booking/{model}/{verb}")


EDITED = ("treatment", "room", "roomkind", "therapist", "openinghours", "closure")
LOOKED_AT = ("user", "appointment", "appointmentevent")

OFFICE: Mapping[str, Reach] = {
    "desk-patients": partial(_at, "/desk/patients/"),
    "desk-patient": partial(_at, "/desk/patients/{one}/"),
    "desk-patient: merged": _merged,
    "desk-patient-edit": partial(_at, "/desk/patients/{one}/edit/"),
    "desk-patient-edit: with errors": _edit_wrongly,
    "desk-patient-merge": partial(_at, "/desk/patients/{one}/merge/"),
    "desk-merge": partial(_at, "/desk/patients/{one}/merge/{two}/"),
    "desk-reports": partial(_at, "/desk/reports/"),
    "desk-reports: with errors": partial(_at, "/desk/reports/?first=1900-01-01&last=9999-12-31"),
    "desk-report": partial(_at, "/desk/reports/income/"),
    "desk-report: hours": partial(_at, "/desk/reports/hours/"),
    "desk-setup": partial(_at, "/desk/setup/"),
    "desk-setup: first day": partial(_first_day, "/desk/setup/"),
    "desk-setup: something missing": _missing,
    "desk-setup-step: clinic": partial(_first_day, "/desk/setup/clinic/"),
    "desk-setup-step: rooms": partial(_step, "rooms"),
    "desk-setup-step: rules": partial(_step, "rules"),
    "desk-setup-step: treatments": partial(_step, "treatments"),
    "desk-setup-step: therapists": partial(_step, "therapists"),
    "desk-setup-step: hours": _hours,
    "desk-import": partial(_at, "/desk/import/"),
    "desk-import-check: faults": partial(_checked, WRONG),
    "desk-import-run: ready": partial(_checked, NEW),
}
"""Pages of our own."""
ADMIN: Mapping[str, Reach] = {
    **{f"booking_{model}_changelist": partial(_page, model, "") for model in (*EDITED, *LOOKED_AT)},
    **{
        f"booking_{model}_change": partial(_row, model, "change")
        for model in (*EDITED, *LOOKED_AT, "clinicprofile")
    },
    "booking_treatment_add": partial(_page, "treatment", "add/"),
    "booking_therapist_add": partial(_page, "therapist", "add/"),
    "booking_therapist_photo": partial(_row, "therapist", "photo"),
    "booking_treatment_history": partial(_row, "treatment", "history"),
    "booking_closure_delete": partial(_row, "closure", "delete"),
}
"""Django's own admin; opened by somebody who is signed in already."""
