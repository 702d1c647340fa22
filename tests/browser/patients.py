"""A patient in a browser: signing in with a mailed code, and the record of a regular."""

import json
from typing import Any

from playwright.sync_api import Page, expect

from clinic.lib.crypto import cipher
from tests.servers.site import Site

EMAIL = "ana@reader.example"


def mailed_code(site: Site) -> str:
    """The code in the newest mail for signing in."""
    public_id, data = site.sql(
        "SELECT public_id, data FROM booking_message WHERE kind = 'sign_in_code' "
        "ORDER BY id DESC LIMIT 1"
    )[0]
    place = f"booking_message.data.{_with_dashes(public_id)}"
    options: dict[str, Any] = {"associated_data": place, "secrets": [site.secret("FIELD_KEYS")]}
    return str(json.loads(cipher.decrypt(data, **options))["code"])


def sign_in_by_code(page: Page, site: Site, email: str = EMAIL) -> None:
    """Sign in with a mailed code, wherever that leads."""
    page.goto("/accounts/login/code/")
    page.get_by_label("E-mail").fill(email)
    page.get_by_role("button", name="Send the code").click()
    page.get_by_label("Code from the mail").fill(mailed_code(site))
    page.get_by_role("button", name="Sign in").click()
    expect(page).not_to_have_url(f"{site.url}/accounts/login/code/confirm/")


def sign_in_as_regular(page: Page, site: Site, *, with_booking: bool = False) -> None:
    """Sign in as the demo's patient with most completed visits, whose answers are a month old.

    Of those with gentle treatments alone, since answers that go with others can exclude some; or,
    `with_booking`, of those who have an appointment to come.

    The account gets the patient's record, as if they had signed in before and a therapist had
    confirmed who they are. What they wished for makes no appointment longer: after the first time
    that the account offers there can be too little time for that, on some days of the calendar.
    """
    site.sql("UPDATE booking_comfortrule SET extra_minutes = 0")
    page.goto("/accounts/login/code/")
    page.get_by_label("E-mail").fill(EMAIL)
    page.get_by_role("button", name="Send the code").click()
    expect(page.get_by_label("Code from the mail")).to_be_visible()
    patient = site.sql(
        "SELECT p.id FROM booking_patient p JOIN booking_appointment a ON a.patient_id = p.id "
        "JOIN booking_screening s ON s.patient_id = p.id AND s.question_set = 'full' "
        "WHERE a.status = 'completed' AND p.merged_into_id IS NULL "
        "GROUP BY p.id ORDER BY ? AND NOT EXISTS (SELECT 1 FROM booking_appointment n "
        "WHERE n.patient_id = p.id AND n.status = 'booked'), "
        "EXISTS (SELECT 1 FROM booking_appointment v "
        "JOIN booking_option o ON o.id = v.option_id JOIN booking_treatment t ON "
        "t.id = o.treatment_id WHERE v.patient_id = p.id AND t.pressure != 'gentle'), "
        "count(DISTINCT a.id) DESC, p.id LIMIT 1",
        with_booking,
    )[0][0]
    site.sql(
        "UPDATE booking_patient SET email = ?, own_email = '', user_id = "
        "(SELECT id FROM booking_user WHERE email = ?), account_confirmed_at = created_at, "
        "account_confirmed_by_id = (SELECT user_id FROM booking_therapist ORDER BY id LIMIT 1) "
        "WHERE id = ?",
        EMAIL, EMAIL, patient,
    )  # fmt: skip
    page.get_by_label("Code from the mail").fill(mailed_code(site))
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Your appointments", level=1)).to_be_visible()


def _with_dashes(public_id: str) -> str:
    """SQLite stores the 32 digits of a UUID."""
    digits = public_id.replace("-", "")
    return "-".join([digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]])
