"""The pages of the account that are about the person: what they show, save and refuse."""

import io
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from booking.actions.patients.merge_patients import merge_patients
from booking.inputs import ContactDetails
from booking.models import (
    AuditEntry,
    CalendarFeed,
    ErasureRequest,
    Notification,
    Patient,
    Role,
    UserSession,
)
from booking.notifications.rendering import render
from booking.queries.patients.email_changes import change_code, pending_change
from booking.views.account import own_record
from clinic.lib.dates import clock
from tests import factories as make
from tests.booking.account.shown_pages import page
from tests.factories.proxies import ProxyFactory
from tests.people import browser_of, member, patient_user

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]
NEW = "new@mail.example"


@pytest.fixture
def signed_in_long_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(own_record, "RECENT_SIGN_IN_SECONDS", -1)


def details(**values: Any) -> dict[str, Any]:
    return {"name": "Ana Reader", "phone": "312-555-0199", **values}


def test_details_are_saved_and_shown_at_the_desk(patient: Patient, browser: Client) -> None:
    data = details(addressed_as="Mrs. Reader", emergency_name="Ben", emergency_phone="555 0144")
    data["spoken_language"] = "Spanish"
    make.AppointmentFactory(patient=patient)

    assert browser.post("/me/details/", data).status_code == 303
    desk = browser_of(member(Role.FRONTDESK))
    record = page(desk, f"/desk/patients/{patient.public_id}/")
    assert "Mrs. Reader" in record
    assert "Likes to speak Spanish" in record
    assert "Ben" in record


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"phone": "nonsense"}, "phone"),
        ({"emergency_name": "Ben"}, "emergency_phone"),
        ({"emergency_phone": "555 0144"}, "emergency_name"),
        ({"preferred_therapist": "999999"}, "preferred_therapist"),
        ({"addressed_as": "x" * 61}, "addressed_as"),
        ({"spoken_language": "x" * 61}, "spoken_language"),
    ],
)
def test_details_that_are_not_right_are_kept_with_a_sentence(
    values: dict[str, str], field: str, browser: Client
) -> None:
    response = browser.post("/me/details/", details(**values))

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    if field == next(iter(values)) and field != "preferred_therapist":
        assert next(iter(values.values())) in response.content.decode()


def test_the_address_is_changed_with_the_code_from_the_new_mailbox(
    patient: Patient, browser: Client
) -> None:
    assert browser.post("/me/details/email/", {"email": NEW})["Location"] == (
        "/me/details/email/code/"
    )
    assert patient.user is not None
    change = pending_change(patient.user, clock.now())
    assert change is not None
    assert browser.post("/me/details/email/code/", {"code": "000000"}).status_code == 422
    done = browser.post("/me/details/email/code/", {"code": change_code(change)})

    assert done["Location"] == "/me/details/"
    assert NEW in page(browser, "/me/details/")
    patient.refresh_from_db()
    assert patient.email == NEW


@pytest.mark.parametrize(("ticked", "left"), [({"end_others": "on"}, 1), ({}, 2)])
def test_a_changed_address_offers_to_sign_out_all_other_devices(
    ticked: dict[str, str], left: int, patient: Patient, browser: Client
) -> None:
    assert patient.user is not None
    Client().force_login(patient.user)
    browser.post("/me/details/email/", {"email": NEW})
    change = pending_change(patient.user, clock.now())
    assert change is not None
    asked = browser.get("/me/details/email/code/")
    assert asked.context["form"]["end_others"].value() is True
    browser.post("/me/details/email/code/", {"code": change_code(change), **ticked})

    assert UserSession.objects.filter(user=patient.user).count() == left
    assert browser.get("/me/details/").status_code == 200


def test_an_address_that_has_an_account_gets_the_same_pages(
    patient: Patient, browser: Client
) -> None:
    make.PatientFactory(user=patient_user(email="taken@mail.example"))
    answers = []
    for address in (NEW, "taken@mail.example"):
        asked = browser.post("/me/details/email/", {"email": address})
        shown = browser.get("/me/details/email/code/").content.decode().replace(address, "X")
        wrong = browser.post("/me/details/email/code/", {"code": "000000"})
        body = wrong.content.decode().replace(address, "X")
        answers.append((asked.status_code, asked["Location"], len(shown), wrong.status_code, body))

    assert answers[0][:4] == answers[1][:4]
    assert "not right, or it is too old" in answers[0][4]
    assert "not right, or it is too old" in answers[1][4]


@pytest.mark.usefixtures("signed_in_long_ago")
@pytest.mark.parametrize(
    ("address", "method"),
    [("/me/details/email/", "get"), ("/me/download/", "post"), ("/me/download/erasure/", "post")],
)
def test_what_is_important_asks_for_the_sign_in_again(
    address: str, method: str, browser: Client
) -> None:
    response = getattr(browser, method)(address)

    assert response.status_code == 303
    assert response["Location"].startswith("/me/identity/?next=%2Fme%2F")


def test_a_mailed_code_shows_again_who_it_is(patient: Patient, browser: Client) -> None:
    browser.post("/me/identity/?next=/me/download/", {"send": "1"})
    mail = Notification.objects.get(kind="identity_code")
    code = next(word for word in render(mail).text.split() if word.isdigit())
    wrong = browser.post("/me/identity/", {"code": "000000", "next": "/me/download/"})
    right = browser.post("/me/identity/", {"code": code, "next": "/me/download/"})

    assert mail.to_email == "ana@mail.example"
    assert (wrong.status_code, right.status_code) == (422, 303)
    assert right["Location"] == "/me/download/"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "//[::1", "/desk/"])
def test_it_leads_to_pages_of_the_account_only(target: str, browser: Client) -> None:
    response = browser.post("/me/identity/", {"send": "1", "next": target})

    assert response["Location"] == "/me/identity/?next=/me/"


def test_a_device_is_ended_from_another_one(patient: Patient, browser: Client) -> None:
    assert patient.user is not None
    phone = browser_of(patient.user, proven=False)
    rows = UserSession.objects.filter(user=patient.user).order_by("pk")
    [first, second] = rows.values_list("pk", flat=True)

    assert "2" not in str(browser.post(f"/me/devices/{second}/end/").status_code)
    assert phone.get("/me/devices/").status_code == 302
    assert browser.get("/me/devices/").status_code == 200
    assert browser.post("/me/devices/999999/end/").status_code == 303
    assert list(rows.values_list("pk", flat=True)) == [first]


def test_who_can_see_me_costs_the_same_for_one_and_for_many(
    patient: Patient, browser: Client
) -> None:
    therapist = member(Role.THERAPIST, app=False, name="Mara")
    make.AppointmentFactory(patient=patient, therapist=therapist.therapist)
    AuditEntry.objects.create(
        action="read",
        object_type="brief",
        patient_pk=patient.pk,
        user=therapist,
        actor_type="staff",
    )
    browser.get("/me/access/")

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert browser.get("/me/access/").status_code == 200
        return len(captured)

    few = queries()
    for _ in range(3):
        other = member(Role.THERAPIST, Role.FRONTDESK, app=False)
        AuditEntry.objects.create(
            action="read",
            object_type="brief",
            patient_pk=patient.pk,
            user=other,
            actor_type="staff",
        )
        assert patient.user is not None
        browser_of(patient.user, proven=False)

    assert queries() == few
    assert few <= 22


def test_receipts_and_what_is_to_pay_are_the_own_ones(patient: Patient, browser: Client) -> None:
    past = clock.now().replace(minute=0) - timedelta(days=3)
    paid, unpaid, theirs = (
        make.AppointmentFactory(patient=who, status="completed", starts_at=past + shift)
        for who, shift in (
            (patient, timedelta()),
            (patient, timedelta(hours=3)),
            (make.PatientFactory(), timedelta()),
        )
    )
    make.PaymentFactory(appointment=paid, taken_at=past)
    foreign = make.PaymentFactory(appointment=theirs, taken_at=past)
    shown = page(browser, "/me/receipts/")

    assert "Receipt 1" in shown
    assert "Receipt 2" not in shown
    assert "Still to pay" in shown
    assert "Receipt 1" in page(browser, "/me/receipts/1/")
    assert browser.get(f"/me/receipts/{foreign.number}/").status_code == 404
    assert browser.get(f"/me/receipts/{2**40}/").status_code == 404
    assert unpaid.payments.count() == 0


def test_without_any_receipt_of_the_clinic_nothing_is_to_pay(
    patient: Patient, browser: Client
) -> None:
    past = clock.now().replace(minute=0) - timedelta(days=3)
    make.AppointmentFactory(patient=patient, status="completed", starts_at=past)

    assert "Still to pay" not in page(browser, "/me/receipts/")


def test_the_calendar_feed_is_shown_once_read_and_ended(
    patient: Patient, browser: Client, settings: Settings
) -> None:
    made = browser.post("/me/calendar/")
    address = made.context["address"].removeprefix(settings.BASE_URL)

    assert Client().get(address).status_code == 200
    assert CalendarFeed.objects.get().last_read_at == clock.now()
    assert "calendar feed" in page(browser, "/me/reminders/")
    browser.post("/me/calendar/end/")
    assert Client().get(address).status_code == 404


def test_mails_are_chosen_and_the_choice_is_listed(patient: Patient, browser: Client) -> None:
    browser.post("/me/reminders/", {"reminders": "on"})

    assert "Mails that no appointment needs" in page(browser, "/me/reminders/")
    patient.refresh_from_db()
    assert patient.no_reminders_since is None
    assert patient.no_extra_mail_since == clock.now()


def test_the_copy_is_a_zip_and_is_never_kept_by_a_cache(browser: Client) -> None:
    response = browser.post("/me/download/")
    archive = zipfile.ZipFile(io.BytesIO(response.content))

    assert response["Cache-Control"] == "no-store, private"
    assert response["Content-Disposition"] == 'attachment; filename="my-data-2026-11-23.zip"'
    assert archive.namelist() == ["data.json", "data.html"]


def test_erasure_is_asked_for_seen_on_today_and_withdrawn(
    patient: Patient, browser: Client
) -> None:
    browser.post("/me/download/erasure/")
    desk = browser_of(member(Role.FRONTDESK))

    assert "asked on" in page(desk, "/desk/")
    browser.post("/me/download/erasure/withdraw/")
    assert "asked on" not in page(desk, "/desk/")
    assert ErasureRequest.objects.get().withdrawn_at == clock.now()


def test_opening_the_pages_leaves_entries_about_the_own_record(
    patient: Patient, browser: Client
) -> None:
    for name in ("details", "receipts", "reminders", "access", "download", "health"):
        page(browser, f"/me/{name}/")
    entries = AuditEntry.objects.filter(patient_pk=patient.pk, area="patient", action="read")

    assert set(entries.values_list("object_type", "user")) == {("patient", patient.user_id)}


def test_a_link_that_is_opened_without_signing_in_is_in_the_history(
    patient: Patient, browser: Client
) -> None:
    appointment = make.AppointmentFactory(patient=patient)
    Client().get(f"/appointments/{appointment.link_token}/")

    assert "Somebody with a link" in page(browser, "/me/access/")
    browser.post("/me/access/links/end/")
    assert Client().get(f"/appointments/{appointment.link_token}/").status_code != 200


def acting_browser(patient: Patient, **granted: bool) -> Client:
    """Somebody who acts for the patient, with these permissions only."""
    carer = patient_user(name="Ben Carer")
    make.PatientFactory(user=carer)
    none = dict.fromkeys(("may_book", "may_see_times", "may_see_health", "may_pay"), False)
    ProxyFactory(actor=carer, patient=patient, **(none | granted))
    client = browser_of(carer, proven=False)
    client.post(f"/me/family/{patient.public_id}/act/")
    return client


@pytest.mark.parametrize("name", ["details", "details/email", "devices", "access", "download"])
def test_what_is_the_patients_own_is_closed_to_who_acts_for_them(
    name: str, patient: Patient
) -> None:
    carer = acting_browser(
        patient, may_book=True, may_see_times=True, may_see_health=True, may_pay=True
    )

    assert carer.get(f"/me/{name}/").status_code == 403


def test_the_history_speaks_to_the_patient_and_says_each_thing_once(
    patient: Patient, browser: Client
) -> None:
    staff = member(Role.OWNER, name="Olga Owner")
    guest = make.PatientFactory(name="Ana R.")
    contact = ContactDetails(patient.name, patient.email, patient.phone)
    merge_patients(patient, guest, contact, by=staff)
    page(browser, "/me/details/")
    shown = page(browser, "/me/access/")

    assert "You Looked at your record" in shown
    assert "the patient's record" not in shown
    assert shown.count("Joined another record with your record") == 1
