"""Patients sign in with a mailed code; the answer does not reveal which addresses are known."""

import json
import re
from typing import Any

import pytest
from django.contrib.auth import get_user
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from booking.actions.staff.accounts import add_staff_roles, deactivate_staff
from booking.models import Notification, Role, User
from booking.notifications.delivery import deliver_due
from booking.notifications.rendering import render
from tests.booking.access.conftest import Later
from tests.jobs import run_all_jobs
from tests.people import member, patient_user

ASK, ENTER = "/accounts/login/code/", "/accounts/login/code/confirm/"
ANA = "ana@reader.example"


def ask(client: Client, email: str = ANA) -> Any:
    return client.post(ASK, {"email": email})


def mailed_code() -> str:
    """The code in the newest mail."""
    return str(json.loads(Notification.objects.filter(kind="sign_in_code")[0].data)["code"])


def enter(client: Client, code: str) -> Any:
    return client.post(ENTER, {"code": code})


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_a_new_patient_can_sign_in_with_a_code(client: Client) -> None:
    asked = ask(client)
    assert (asked.status_code, asked["Location"]) == (302, ENTER)
    done = enter(client, mailed_code())

    assert (done.status_code, done["Location"]) == (302, "/me/")
    assert signed_in(client)
    user = User.objects.get()
    assert (user.email, user.is_staff, user.has_usable_password()) == (ANA, False, False)


def test_the_code_is_accepted_in_lower_case_and_without_the_dash(client: Client) -> None:
    ask(client)
    enter(client, f" {mailed_code().lower().replace('-', '')} ")

    assert signed_in(client)


def test_the_mail_contains_the_code_and_nothing_about_health() -> None:
    ask(Client(), "Ana@Reader.example")
    message = Notification.objects.get()
    mail = render(message)

    assert message.to_email.lower() == ANA
    assert re.search(r"\b[B-Z]{4}-[B-Z]{4}\b", mail.text)
    assert "15 minutes" in mail.text
    deliver_due()
    message.refresh_from_db()
    assert (message.data, message.rendered) == ("", "")  # nobody reads it on the desk


def test_a_code_works_once(client: Client) -> None:
    ask(client)
    code = mailed_code()
    enter(client, code)
    client.post("/accounts/logout/")
    again = enter(client, code)

    assert again["Location"] == ASK
    assert not signed_in(client)


def test_a_code_that_was_mailed_to_an_earlier_address_signs_nobody_in(client: Client) -> None:
    user = patient_user(email="taken-over@reader.example")
    ask(client, user.email)
    User.objects.filter(pk=user.pk).update(email=ANA)  # its owner has restored the old address
    answer = enter(client, mailed_code())

    assert answer.status_code == 422
    assert not signed_in(client)


def test_a_code_works_only_in_the_browser_that_asked_for_it(client: Client) -> None:
    ask(client)
    other = Client()
    ask(other, "eve@reader.example")
    enter(other, code_for(ANA))

    assert not signed_in(other)


def code_for(email: str) -> str:
    return str(json.loads(Notification.objects.get(to_email=email).data)["code"])


def test_a_new_code_makes_the_old_one_invalid(client: Client) -> None:
    ask(client)
    first = mailed_code()
    assert ask(client)["Location"] == ENTER, "one code at a time"
    assert Notification.objects.count() == 1
    client.post("/accounts/logout/", {"next": "/accounts/login/"})
    ask(client)

    assert enter(client, first).status_code == 422
    enter(client, mailed_code())
    assert signed_in(client)


def test_a_code_expires_after_fifteen_minutes(client: Client, later: Later) -> None:
    ask(client)
    later(minutes=15, seconds=1)
    answer = enter(client, mailed_code())

    assert answer["Location"] == ASK
    assert not signed_in(client)


def test_a_code_works_until_just_before_it_expires(client: Client, later: Later) -> None:
    ask(client)
    later(minutes=14, seconds=50)
    enter(client, mailed_code())

    assert signed_in(client)


def test_the_mail_is_not_sent_after_the_code_has_expired(later: Later) -> None:
    ask(Client())
    later(minutes=16)
    deliver_due()

    assert Notification.objects.get().status not in (
        Notification.Status.SENT,
        Notification.Status.KEPT,
    )


def test_a_code_is_invalid_after_three_wrong_tries(client: Client) -> None:
    ask(client)
    answers = [enter(client, wrong) for wrong in ("BBBB-BBBB", "CCCC-CCCC", "DDDD-DDDD")]

    assert [answer.status_code for answer in answers] == [422, 422, 302]
    assert answers[2]["Location"] == ASK
    assert "That code is not right" in answers[0].content.decode()
    assert "wrong too often" in client.get(ASK).content.decode()
    enter(client, mailed_code())
    assert not signed_in(client)


@pytest.mark.parametrize("code", ["", " ", "-", "\x00", "é" * 9, "B" * 100_000, "0"])
def test_a_malformed_code_is_refused_with_a_message(client: Client, code: str) -> None:
    ask(client)

    assert enter(client, code).status_code == 422
    assert not signed_in(client)


@pytest.mark.parametrize("email", ["", "ana", "a@b", "a\x00@b.example", "x" * 100_000, "a@b.c\nd"])
def test_an_invalid_address_is_refused_beside_the_field(client: Client, email: str) -> None:
    answer = ask(client, email)

    assert answer.status_code == 422
    assert 'href="#id_email"' in answer.content.decode()
    assert not User.objects.exists()


def people() -> dict[str, str]:
    """An address of every kind."""
    gone = member(Role.FRONTDESK, email="gone@clinic.example")
    deactivate_staff(gone)
    barred = patient_user(email="barred@reader.example", is_active=False)
    return {
        "unknown": "nobody@reader.example",
        "known": patient_user(email="known@reader.example").email,
        "therapist": member(Role.THERAPIST, email="thea@clinic.example").email,
        "owner": member(Role.OWNER, email="owner@clinic.example").email,
        "superuser": User.objects.create_superuser("root@clinic.example", "long enough").email,
        "deactivated": gone.email,
        "barred": barred.email,
    }


def test_the_answer_is_the_same_for_known_and_unknown_addresses() -> None:
    seen = {}
    for kind, email in people().items():
        client = Client()
        asked = ask(client, email)
        page = client.get(ENTER)
        wrong = enter(client, "BBBB-BBBB")
        pages = [blank(response.content.decode(), email) for response in (page, wrong)]
        codes = [response.status_code for response in (asked, page, wrong)]
        seen[kind] = (codes, asked["Location"], sorted(asked.cookies), pages)

    assert all(answer == seen["unknown"] for answer in seen.values())


def blank(page: str, email: str) -> str:
    """The page without what differs for everybody."""
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page).replace(email, "")


def test_one_mail_is_queued_for_any_address_and_only_patients_get_a_code() -> None:
    kinds = {}
    for kind, email in people().items():
        Notification.objects.all().delete()
        ask(Client(), email)
        kinds[kind] = Notification.objects.get(to_email=email).kind

    patients = {"unknown": "sign_in_code", "known": "sign_in_code"}
    assert kinds == dict.fromkeys(kinds, "staff_sign_in") | patients


def test_known_and_unknown_addresses_take_about_the_same_work() -> None:
    """Within a few statements: nobody tells one from the other by the clock. What is written costs
    most, so that is the same (`make abuse TRIALS=signin` measures it)."""
    counts, writes = {}, {}
    for kind, email in people().items():
        client = Client()
        client.get(ASK)
        with CaptureQueriesContext(connection) as queries:
            ask(client, email)
        counts[kind] = len(queries)
        statements = [query["sql"].lstrip("-").split()[0] for query in queries]
        writes[kind] = sum(verb in ("INSERT", "UPDATE", "DELETE") for verb in statements)

    assert writes == dict.fromkeys(writes, writes["unknown"])
    assert max(counts.values()) - min(counts.values()) <= 5, counts


def test_staff_cannot_sign_in_with_an_empty_code() -> None:
    email = member(Role.FRONTDESK).email
    client = Client()
    ask(client, email)
    session = client.session
    found = json.dumps(session["account_login"])

    assert '"code"' not in found or '"code": ""' in found
    for code in ("", "None", "null"):
        enter(client, code)
    assert not signed_in(client)


def test_a_code_is_refused_after_the_patient_became_staff(client: Client) -> None:
    ask(client)
    add_staff_roles(ANA, [Role.OWNER])
    answer = enter(client, mailed_code())

    assert answer["Location"] == "/accounts/login/"
    assert not signed_in(client)
    assert "password or passkey" in client.get("/accounts/login/").content.decode()


def test_a_session_begun_with_a_code_ends_when_the_patient_becomes_staff(client: Client) -> None:
    ask(client)
    enter(client, mailed_code())
    add_staff_roles(ANA, [Role.THERAPIST])

    assert not get_user(client).is_authenticated
    assert client.get("/desk/")["Location"].startswith("/accounts/login/")


def test_unverified_accounts_are_deleted_after_a_day(client: Client, later: Later) -> None:
    ask(Client(), "never@reader.example")
    ask(client)
    enter(client, mailed_code())
    staff = member(Role.EDITOR)
    later(hours=25)
    done = run_all_jobs()

    assert done["delete-unverified-accounts"] == 1
    assert set(User.objects.values_list("email", flat=True)) == {ANA, staff.email}


def test_next_leads_only_to_pages_of_this_site(settings: Settings) -> None:
    for wanted, expected in (("/treatments/", "/treatments/"), ("https://evil.example/", "/me/")):
        client = Client()
        client.post(f"{ASK}?next={wanted}", {"email": ANA, "next": wanted})
        done = client.post(ENTER, {"code": mailed_code(), "next": wanted})
        assert done["Location"] == expected
