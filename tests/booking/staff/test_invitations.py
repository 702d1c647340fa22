"""Invitations: mailed, valid once and for a week, stored as a hash."""

import hashlib
import json
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from booking.actions.staff.invitations import accept_invitation, invite_staff
from booking.models import Invitation, Notification, Role, User
from booking.notifications.delivery import deliver_due
from booking.notifications.rendering import render
from tests.booking.access.conftest import Later
from tests.html import assert_valid
from tests.people import PASSWORD, browser_of, member, opens_desk, patient_user, sign_in

pytestmark = pytest.mark.postgresql

NEW = "new@clinic.example"


def invited(*roles: Role, email: str = NEW) -> str:
    """The path of a fresh invitation's link."""
    link = invite_staff(email, roles or [Role.FRONTDESK], name="Nia New")
    return link.removeprefix("https://clinic.example")


def accept(client: Client, path: str, **changes: str) -> Any:
    return client.post(path, {"name": "Nia New", "password": PASSWORD} | changes)


def test_an_invited_person_chooses_a_password_and_can_sign_in(client: Client) -> None:
    path = invited(Role.THERAPIST, Role.FRONTDESK)
    page = client.get(path).content.decode()
    assert_valid(page)
    assert 'value="Nia New"' in page
    assert NEW in page
    answer = accept(client, path, name="Nia Newman")

    assert answer["Location"] == "/accounts/login/"
    user = User.objects.get(email=NEW)
    assert user.name == "Nia Newman"
    assert set(user.staff_roles.values_list("role", flat=True)) == {"therapist", "frontdesk"}
    assert not opens_desk(client), "accepting signs nobody in"
    sign_in(client, user)
    assert client.get("/desk/")["Location"].startswith("/accounts/2fa/")


def test_a_get_does_not_use_the_invitation(client: Client) -> None:
    path = invited()
    for _ in range(3):
        assert client.get(path).status_code == 200

    assert not User.objects.exists()
    assert accept(client, path).status_code == 303


def test_an_invitation_works_once(client: Client) -> None:
    path = invited()
    accept(client, path)
    again = accept(Client(), path, password="somebody else's password")

    assert again.status_code == client.get(path).status_code == 410
    assert User.objects.get().check_password(PASSWORD)


def test_an_invitation_expires_after_seven_days(client: Client, later: Later) -> None:
    path = invited()
    later(days=6, hours=23)
    assert client.get(path).status_code == 200
    later(hours=1)
    answer = client.get(path)

    assert answer.status_code == accept(client, path).status_code == 410
    assert "ask the clinic for a new one" in answer.content.decode()
    assert not User.objects.exists()


def test_a_newer_invitation_ends_the_older(client: Client) -> None:
    first, second = invited(), invited(Role.EDITOR)

    assert client.get(first).status_code == 410
    assert client.get(second).status_code == 200


def test_an_invitation_is_still_valid_after_a_weak_password(client: Client) -> None:
    path = invited()
    for weak in ("short", "", "new@clinic.example", "peanutbutter", "123456789012"):
        answer = accept(client, path, password=weak)
        assert answer.status_code == 422
        assert 'href="#id_password"' in answer.content.decode()

    assert accept(client, path).status_code == 303


@pytest.mark.parametrize("name", ["", "\x00", "Nia\r\nBcc: x", "x" * 100_000])
def test_an_invalid_name_is_refused_beside_the_field(client: Client, name: str) -> None:
    answer = accept(client, invited(), name=name)

    assert answer.status_code == 422
    assert 'href="#id_name"' in answer.content.decode()


@pytest.mark.parametrize("token", ["x", "A" * 48, "A" * 5000, "%00", "é"])
def test_a_forged_token_is_404(client: Client, token: str) -> None:
    assert client.get(f"/accounts/invitation/{token}/").status_code == 410


def test_only_the_hash_of_the_token_is_kept() -> None:
    token = invited().split("/")[-2]
    invitation = Invitation.objects.get()

    assert invitation.token_hash == hashlib.sha256(token.encode()).hexdigest()
    assert token not in str(vars(invitation))
    assert token not in str(Notification.objects.values_list("key", "problem", "to_name"))


def test_the_link_is_mailed(client: Client) -> None:
    path = invited()
    message = Notification.objects.get()
    assert json.loads(message.data)["link"] == f"https://clinic.example{path}"

    assert message.to_email == NEW
    assert path in render(message).text
    deliver_due()
    message.refresh_from_db()
    assert (message.data, message.rendered) == ("", "")  # nobody reads it on the desk


def test_a_member_who_forgot_the_password_keeps_the_second_factor(client: Client) -> None:
    user = member(Role.FRONTDESK)
    old = browser_of(user)
    accept(client, invited(email=user.email), password="an entirely new password")

    assert not opens_desk(old)
    assert sign_in(client, user).status_code == 422
    answer = sign_in(client, user, "an entirely new password")
    assert answer["Location"] == "/accounts/2fa/authenticate/"


def test_a_patient_who_becomes_staff_must_sign_in_again(client: Client) -> None:
    user = patient_user(email=NEW)
    as_patient = browser_of(user, proven=False)
    accept(client, invited(Role.OWNER))

    assert as_patient.get("/accounts/2fa/")["Location"].startswith("/accounts/login/")
    assert User.objects.get().pk == user.pk


def test_accepting_changes_only_the_account_of_the_invited_person() -> None:
    owner = member(Role.OWNER)
    browser = browser_of(owner)
    accept(browser, invited())

    assert opens_desk(browser)
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)
    assert User.objects.get(email=NEW).name == "Nia New"


def test_tries_are_limited(client: Client, settings: Settings) -> None:
    settings.ABUSE_LIMITS = True
    answers = {client.get(f"/accounts/invitation/{n:048d}/").status_code for n in range(60)}

    assert answers == {410}
    assert client.get(invited()).status_code == 429


def test_an_invitation_accepted_by_code_gives_the_roles_of_the_row() -> None:
    token = invited(Role.EDITOR).split("/")[-2]
    user = accept_invitation(token, name="Ed", password=PASSWORD)

    assert [role.role for role in user.staff_roles.all()] == ["editor"]
