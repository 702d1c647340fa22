"""Password and second step: missing, wrong, used and out-of-order codes are refused."""

import re
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client
from pytest_django import Settings

from booking.models import Notification, Role, User
from tests.booking.access.conftest import Later
from tests.people import (
    PASSWORD,
    SECRET,
    add_app,
    add_recovery_codes,
    app_code,
    browser_of,
    member,
    opens_desk,
    patient_user,
    second_step,
    sign_in,
)

AUTHENTICATE, AGAIN = "/accounts/2fa/authenticate/", "/accounts/2fa/reauthenticate/"


@pytest.fixture
def user() -> User:
    return member(Role.FRONTDESK)


def test_password_and_app_open_the_desk(client: Client, user: User) -> None:
    first = sign_in(client, user)
    assert first["Location"] == AUTHENTICATE
    assert not opens_desk(client)
    second = second_step(client, app_code())

    assert second["Location"] == "/desk/"
    assert opens_desk(client)


def test_both_steps_lead_to_the_requested_page(client: Client, user: User) -> None:
    page = client.get("/desk/?day=2026-11-24")
    assert page["Location"] == "/accounts/login/?next=%2Fdesk%2F%3Fday%3D2026-11-24"
    sign_in(client, user, next="/desk/?day=2026-11-24")

    assert second_step(client, app_code())["Location"] == "/desk/?day=2026-11-24"


def test_recovery_codes_alone_are_no_second_factor() -> None:
    user = member(Role.FRONTDESK, app=False)
    add_recovery_codes(user)

    answer = browser_of(user).get("/desk/")
    assert answer["Location"] == "/accounts/2fa/?next=%2Fdesk%2F"


@pytest.mark.parametrize("address", ["/desk/", "/accounts/2fa/", "/accounts/password/"])
def test_the_password_alone_does_not_sign_in(client: Client, user: User, address: str) -> None:
    sign_in(client, user)

    assert client.get(address)["Location"].startswith("/accounts/login/?next=")


def test_the_second_step_before_the_first_is_refused(client: Client, user: User) -> None:
    assert client.get(AUTHENTICATE)["Location"] == "/accounts/login/"
    answer = second_step(client, app_code())

    assert answer["Location"] == "/accounts/login/"
    assert not opens_desk(client)
    sign_in(client, user)
    assert not opens_desk(client), "a code shown too early must not count later"


def test_a_code_used_before_is_refused_in_every_browser(client: Client, user: User) -> None:
    code = app_code()
    sign_in(client, user)
    second_step(client, code)
    thief = Client()
    sign_in(thief, user)
    answer = second_step(thief, code)

    assert answer.status_code == 422
    assert "used before" in answer.content.decode()
    assert not opens_desk(thief)


def test_an_older_code_is_refused_after_a_newer_one(client: Client, user: User) -> None:
    sign_in(client, user)
    second_step(client, app_code(steps=1))
    other = Client()
    sign_in(other, user)

    assert second_step(other, app_code()).status_code == 422
    assert second_step(other, app_code(steps=1)).status_code == 422


def test_the_next_code_works(client: Client, user: User, later: Later) -> None:
    sign_in(client, user)
    second_step(client, app_code())
    later(seconds=60)
    other = Client()
    sign_in(other, user)

    assert second_step(other, app_code())["Location"] == "/desk/"


@pytest.mark.parametrize("steps", [-3, 3])
def test_codes_of_other_minutes_are_refused(client: Client, user: User, steps: int) -> None:
    sign_in(client, user)

    assert second_step(client, app_code(steps=steps)).status_code == 422


@pytest.mark.parametrize("code", ["", "000", "abcdef", "\x00", "1" * 100_000, "١٢٣٤٥٦", "é"])
def test_an_invalid_code_is_refused_with_a_message(client: Client, user: User, code: str) -> None:
    sign_in(client, user)
    answer = second_step(client, code)

    assert answer.status_code == 422
    assert 'href="#id_code"' in answer.content.decode()


def test_each_recovery_code_works_once(client: Client, user: User) -> None:
    codes = add_recovery_codes(user)
    sign_in(client, user)
    assert second_step(client, codes[3])["Location"] == "/desk/"
    for code, expected in ((codes[3], 422), (codes[4], 302)):
        other = Client()
        sign_in(other, user)
        assert second_step(other, code).status_code == expected


def test_another_users_codes_are_refused(client: Client, user: User) -> None:
    colleague = member(Role.OWNER, app=False)
    codes = add_recovery_codes(colleague)
    sign_in(client, user)

    assert second_step(client, codes[0]).status_code == 422


def test_the_secret_is_not_readable_in_the_database(user: User) -> None:
    app = Authenticator.objects.get(user=user)

    assert SECRET not in str(app.data)
    assert app.data["secret"].startswith("v1.")


def test_without_a_second_step_the_desk_asks_to_add_one_and_opens_after_it(
    client: Client,
) -> None:
    user = member(Role.OWNER, app=False)
    assert sign_in(client, user)["Location"] == "/desk/"
    for address in ("/desk/", "/desk/staff/"):
        assert client.get(address)["Location"].startswith("/accounts/2fa/?next=")
    assert "One more step" in client.get("/accounts/2fa/").content.decode()
    added = enrol_app(client)

    assert added["Location"] == "/accounts/2fa/recovery-codes/"
    page = client.get(added["Location"]).content.decode()
    assert len(re.findall(r"<code>\w+</code>", page)) == 10
    assert opens_desk(client)


def enrol_app(client: Client) -> Any:
    """Add an app with the secret that the page shows."""
    code = app_code(secret=shown_secret(client))
    return client.post("/accounts/2fa/totp/activate/", {"code": code})


def shown_secret(client: Client) -> str:
    page = client.get("/accounts/2fa/totp/activate/").content.decode()
    found = re.search(r'class="secret">(\w+)<', page)
    assert found is not None
    return found[1]


def test_the_code_that_added_an_app_does_not_sign_in(client: Client) -> None:
    user = member(Role.OWNER, app=False)
    sign_in(client, user)
    code = app_code(secret=shown_secret(client))
    client.post("/accounts/2fa/totp/activate/", {"code": code})
    other = Client()
    sign_in(other, user)

    assert second_step(other, code).status_code == 422


def test_a_wrong_code_adds_no_app(client: Client) -> None:
    sign_in(client, member(Role.OWNER, app=False))
    client.get("/accounts/2fa/totp/activate/")
    answer = client.post("/accounts/2fa/totp/activate/", {"code": "000000"})

    assert answer.status_code == 422
    assert not Authenticator.objects.exists()


def test_in_the_demo_the_second_step_is_optional(client: Client, settings: Settings) -> None:
    settings.STAFF_SECOND_FACTOR = "optional"
    user = member(Role.THERAPIST, app=False)
    sign_in(client, user)
    assert opens_desk(client)

    add_app(user)
    assert client.get("/desk/")["Location"].startswith(f"{AGAIN}?next="), "one that exists counts"


def test_an_older_session_must_enter_a_code_after_an_app_was_added(
    client: Client, user: User
) -> None:
    halfway = browser_of(user, proven=False)
    for address in ("/desk/", "/accounts/2fa/", "/accounts/2fa/recovery-codes/"):
        assert halfway.get(address)["Location"].startswith(f"{AGAIN}?next=")
    assert halfway.post("/accounts/2fa/totp/deactivate/")["Location"].startswith(AGAIN)
    assert Authenticator.objects.filter(user=user).exists()
    answer = halfway.post(AGAIN, {"code": app_code(), "next": "/desk/"})

    assert answer["Location"] == "/desk/"
    assert opens_desk(halfway)


def test_settings_ask_again_after_five_minutes(client: Client, user: User, later: Later) -> None:
    browser = browser_of(user)
    assert browser.get("/accounts/2fa/totp/deactivate/").status_code == 200
    later(minutes=6)

    for address in ("totp/deactivate/", "webauthn/add/", "recovery-codes/generate/"):
        answer = browser.get(f"/accounts/2fa/{address}")
        assert answer["Location"].startswith("/accounts/reauthenticate/?next=")


def test_the_desk_is_closed_after_the_last_factor_was_removed(user: User) -> None:
    browser = browser_of(user)
    browser.post("/accounts/2fa/totp/deactivate/")

    assert not Authenticator.objects.exists()
    assert browser.get("/desk/")["Location"].startswith("/accounts/2fa/?next=")


def test_a_change_of_sign_in_methods_is_mailed(user: User) -> None:
    browser_of(user).post("/accounts/2fa/totp/deactivate/")

    assert [(m.kind, m.to_email) for m in Notification.objects.all()] == [
        ("account_changed", user.email)
    ]


def test_a_patient_with_an_app_needs_only_the_mailed_code(client: Client) -> None:
    user = patient_user()
    add_app(user)
    browser = browser_of(user, proven=False)

    assert browser.get("/accounts/2fa/").status_code == 200


def test_a_new_password_needs_the_old_one_and_signs_nobody_out_here(user: User) -> None:
    browser = browser_of(user)
    new = "another long password of mine"
    for old, password, status in (
        (PASSWORD, "short", 422),
        ("wrong", new, 422),
        (PASSWORD, new, 302),
    ):
        answer = browser.post(
            "/accounts/password/",
            {"oldpassword": old, "password1": password, "password2": password},
        )
        assert answer.status_code == status

    assert opens_desk(browser)
    assert User.objects.get(pk=user.pk).check_password(new)


def test_a_new_password_ends_all_other_sessions(user: User) -> None:
    browser, other = browser_of(user), browser_of(user)
    new = "another long password of mine"
    data = {"oldpassword": PASSWORD, "password1": new, "password2": new}
    browser.post("/accounts/password/", data)

    assert opens_desk(browser)
    assert not opens_desk(other)


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(
    client: Client, user: User
) -> None:
    wrong = sign_in(client, user, "not the password")
    unknown = client.post("/accounts/login/", {"login": "no@one.example", "password": PASSWORD})

    for answer in (wrong, unknown):
        assert answer.status_code == 422
        assert "The e-mail address or the password is not right." in answer.content.decode()
