"""Staff sessions end after twelve hours, and an unused desk locks."""

import re
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from booking.access import staff_sessions
from booking.models import Invitation, Role, User
from tests.booking.access.conftest import Later
from tests.factories import ClinicProfileFactory
from tests.html import assert_valid
from tests.people import (
    PASSWORD,
    app_code,
    browser_of,
    member,
    opens_desk,
    patient_user,
    second_step,
    sign_in,
)

LOCK_SCREEN = "/desk/locked/"
SCRIPT: dict[str, Any] = {
    "headers": {"Sec-Fetch-Mode": "cors", "Accept": "application/json"},
}
INVITE = {"email": "new@clinic.example", "name": "Nia New", "roles": ["editor", "therapist"]}


@pytest.fixture
def owner() -> User:
    return member(Role.OWNER)


@pytest.fixture
def desk(owner: User) -> Client:
    return browser_of(owner)


def unlock(client: Client, **data: str) -> Any:
    return client.post(LOCK_SCREEN, {"password": PASSWORD, **data})


def use_for(client: Client, later: Later, *, hours: float) -> None:
    """Somebody presses something every ten minutes."""
    for _ in range(round(hours * 6)):
        later(minutes=10)
        client.get("/desk/")


def test_a_staff_session_ends_after_twelve_hours_even_in_use(desk: Client, later: Later) -> None:
    use_for(desk, later, hours=11.5)
    assert opens_desk(desk)
    later(minutes=10)
    assert opens_desk(desk)
    later(minutes=20)

    answer = desk.get("/desk/?day=2026-11-24")
    assert answer["Location"] == "/accounts/login/?next=%2Fdesk%2F%3Fday%3D2026-11-24"
    assert "_auth_user_id" not in desk.session


def test_the_limit_holds_for_account_pages_and_for_scripts_too(owner: User, later: Later) -> None:
    account, script = browser_of(owner), browser_of(owner)
    later(hours=12)

    assert account.get("/accounts/2fa/")["Location"].startswith("/accounts/login/?next=")
    answer = script.post("/desk/session-heartbeat/", **SCRIPT)
    assert (answer.status_code, answer["X-Desk"]) == (401, "signed out")


def test_unlocking_does_not_lengthen_the_twelve_hours(desk: Client, later: Later) -> None:
    later(hours=11)
    unlock(desk)
    assert opens_desk(desk)
    later(hours=1)

    assert not opens_desk(desk)


def test_a_session_without_a_start_time_is_ended(owner: User) -> None:
    client = Client()
    client.force_login(owner)

    assert client.get("/desk/")["Location"].startswith("/accounts/login/")


def test_a_patients_session_outlives_twelve_hours(later: Later) -> None:
    browser = browser_of(patient_user(), proven=False)
    later(hours=13)

    assert browser.get("/accounts/2fa/").status_code == 200


def test_the_cookie_of_staff_lives_no_longer_than_twelve_hours(owner: User) -> None:
    for user in (owner, member(Role.FRONTDESK, app=False)):
        browser = Client()
        sign_in(browser, user)
        second_step(browser, app_code())
        assert browser.session.get_expiry_age() == staff_sessions.MAX_SESSION_AGE.total_seconds()


def test_an_unused_desk_locks_after_the_configured_minutes(desk: Client, later: Later) -> None:
    later(minutes=14, seconds=55)
    assert opens_desk(desk)
    later(minutes=15)
    answer = desk.get("/desk/staff/?q=1")

    assert answer["Location"] == "/desk/locked/?next=%2Fdesk%2Fstaff%2F%3Fq%3D1"


def test_the_owner_sets_the_minutes_until_the_lock(desk: Client, later: Later) -> None:
    clinic = ClinicProfileFactory.create()
    clinic.desk_idle_minutes = 3
    clinic.save()
    later(minutes=3)

    assert not opens_desk(desk)


def test_polling_does_not_count_as_use_but_typing_does(owner: User, later: Later) -> None:
    polled, typed = browser_of(owner), browser_of(owner)
    for _ in range(4):
        later(minutes=5)
        polled.get("/desk/", HTTP_SEC_FETCH_MODE="cors")
        assert typed.post("/desk/session-heartbeat/", **SCRIPT).status_code == 204

    assert not opens_desk(polled)
    assert opens_desk(typed)


def test_only_signing_out_is_possible_while_locked(desk: Client, later: Later) -> None:
    later(minutes=15)
    for address in ("/desk/", "/desk/staff/", "/desk/pending-form/", "/accounts/2fa/"):
        assert desk.get(address)["Location"].startswith(LOCK_SCREEN)
    assert desk.post("/desk/session-heartbeat/", **SCRIPT).status_code == 401
    assert desk.get("/desk/", headers={"HX-Request": "true"}).status_code == 401
    desk.post("/accounts/logout/")
    assert "_auth_user_id" not in desk.session


def test_the_lock_screen_shows_no_clinic_data(desk: Client, owner: User, later: Later) -> None:
    colleague = member(Role.THERAPIST, name="Thea Therapist")
    later(minutes=15)
    page = desk.get(LOCK_SCREEN)

    document = page.content.decode()
    assert_valid(document)
    assert owner.name in document
    assert colleague.name not in document
    assert "no-store" in page["Cache-Control"]


def test_unlocking_leads_back_to_the_same_page(desk: Client, later: Later) -> None:
    later(minutes=15)
    where = desk.get("/desk/staff/?q=1")["Location"]
    page = desk.get(where).content.decode()
    wanted = re.search(r'name="next" value="([^"]+)"', page)
    assert wanted is not None
    answer = unlock(desk, next=wanted[1])

    assert answer["Location"] == "/desk/staff/?q=1"
    assert opens_desk(desk)


@pytest.mark.parametrize("wanted", ["https://evil.example/", "//evil.example/", "javascript:1", ""])
def test_unlocking_never_leads_to_another_site(desk: Client, wanted: str) -> None:
    desk.post("/desk/lock/")

    assert unlock(desk, next=wanted)["Location"] == "/desk/"


def test_another_users_password_does_not_unlock(desk: Client, later: Later) -> None:
    other = member(Role.FRONTDESK)
    other.set_password("quite another password")
    other.save()
    later(minutes=15)
    for wrong in ("quite another password", "", "\x00", "x" * 100_000):
        answer = unlock(desk, password=wrong)
        assert answer.status_code == 422
        assert 'href="#id_password"' in answer.content.decode()

    assert not opens_desk(desk)


def test_a_form_sent_to_a_locked_desk_is_kept_until_it_is_confirmed(
    desk: Client, later: Later
) -> None:
    later(minutes=15)
    assert desk.post("/desk/staff/", INVITE)["Location"].startswith(LOCK_SCREEN)
    assert not Invitation.objects.exists()
    assert unlock(desk, next="/desk/")["Location"] == "/desk/pending-form/"
    page = desk.get("/desk/pending-form/").content.decode()
    assert_valid(page)
    assert not Invitation.objects.exists(), "looking at it sends nothing"
    action, fields = form_of(page)
    assert action == "/desk/staff/"
    assert fields == {"email": ["new@clinic.example"], "name": ["Nia New"],
                      "roles": ["editor", "therapist"]}  # fmt: skip
    desk.post(action, fields)

    assert Invitation.objects.get().roles == ["editor", "therapist"]
    assert desk.get("/desk/pending-form/")["Location"] == "/desk/", "it is gone once sent"


def form_of(page: str) -> tuple[str, dict[str, list[str]]]:
    """Action and hidden fields of the form that sends what was kept."""
    form = re.search(
        r'<form method="post" action="([^"]+)" data-pending-form>(.*?)</form>', page, re.DOTALL
    )
    assert form is not None
    fields: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form[2]):
        if name != "csrfmiddlewaretoken":
            fields.setdefault(name, []).append(value)
    return form[1], fields


def test_a_pending_form_survives_a_reload_and_can_be_discarded(desk: Client, later: Later) -> None:
    later(minutes=15)
    desk.post("/desk/staff/", INVITE)
    unlock(desk)
    assert (
        desk.get("/desk/pending-form/").status_code
        == desk.get("/desk/pending-form/").status_code
        == 200
    )
    assert desk.post("/desk/pending-form/")["Location"] == "/desk/"

    assert desk.get("/desk/pending-form/")["Location"] == "/desk/"
    assert not Invitation.objects.exists()


def test_a_pending_form_is_deleted_after_an_hour(desk: Client, later: Later) -> None:
    later(minutes=15)
    desk.post("/desk/staff/", INVITE)
    later(minutes=60)

    assert unlock(desk, next="/desk/")["Location"] == "/desk/"


def test_a_pending_form_is_encrypted_and_bound_to_its_session(
    owner: User, desk: Client, later: Later
) -> None:
    later(minutes=15)
    desk.post("/desk/staff/", INVITE)
    encrypted = desk.session["staff_kept"]
    assert "new@" not in encrypted
    other = browser_of(owner)
    session = other.session
    session["staff_kept"] = encrypted
    session.save()

    assert other.get("/desk/pending-form/")["Location"] == "/desk/"


def test_a_password_sent_to_a_locked_account_page_is_not_kept(desk: Client, later: Later) -> None:
    later(minutes=15)
    desk.post("/accounts/password/", {"oldpassword": PASSWORD, "password1": "x"})

    assert "staff_kept" not in desk.session


def test_the_desk_can_be_locked_at_once(desk: Client) -> None:
    answer = desk.post("/desk/lock/", {"next": "/desk/staff/"})

    assert answer["Location"] == "/desk/staff/"
    assert desk.get("/desk/staff/")["Location"] == "/desk/locked/?next=%2Fdesk%2Fstaff%2F"


def test_the_desk_can_be_locked_and_unlocked_without_leaving_the_page(desk: Client) -> None:
    assert desk.post("/desk/lock/", **SCRIPT).status_code == 204
    wrong = desk.post(LOCK_SCREEN, {"password": "wrong"}, **SCRIPT)
    assert (wrong.status_code, wrong.json()) == (422, {"errors": ["That is not your password."]})
    assert desk.post("/desk/session-heartbeat/", **SCRIPT).status_code == 401
    assert desk.post(LOCK_SCREEN, {"password": PASSWORD}, **SCRIPT).status_code == 204

    assert opens_desk(desk)


def test_password_tries_at_the_lock_screen_are_limited(desk: Client, settings: Settings) -> None:
    settings.ABUSE_LIMITS = True
    desk.post("/desk/lock/")
    answers = [unlock(desk, password="wrong").status_code for _ in range(22)]

    assert answers == [422] * 20 + [429] * 2
    assert unlock(desk).status_code == 429


def test_the_query_count_of_the_desk_is_fixed(desk: Client, django_assert_num_queries: Any) -> None:
    """Session, user, roles, second factors, clinic, calendars, today's appointments, proposals,
    lost mails, jobs, the times that visitors hold, withdrawn consents, requests for erasure and for
    restriction, what waits about family and carers; and for the owner the state of the site: the
    worker, in a savepoint (3), alerts and errors."""
    desk.get("/desk/")
    with django_assert_num_queries(20):
        desk.get("/desk/")
