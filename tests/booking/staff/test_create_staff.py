"""The command create_staff."""

import io
import re
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from booking.models import Notification, Therapist, User
from tests.people import PASSWORD


def run(*arguments: str, **options: Any) -> str:
    out = io.StringIO()
    call_command("create_staff", *arguments, stdout=out, **options)
    return out.getvalue()


def test_without_a_password_it_prints_a_link_to_choose_one(client: Client) -> None:
    said = run("Olga@Clinic.example", "--role", "owner", "--name", "Olga Owner")
    assert "olga@clinic.example is now owner." in said
    link = re.search(r"https://clinic\.example(/accounts/invitation/\S+/)", said)
    assert link is not None
    assert not Notification.objects.exists()
    client.post(link[1], {"name": "Olga Owner", "password": PASSWORD})

    user = User.objects.get()
    assert (user.email, user.name, user.is_staff) == ("olga@clinic.example", "Olga Owner", True)
    assert user.check_password(PASSWORD)


def test_a_password_is_read_from_the_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{PASSWORD}\n"))
    said = run("a@clinic.example", "--role", "frontdesk", "--password-stdin")

    assert said == "a@clinic.example is now front desk.\n"
    assert User.objects.get().check_password(PASSWORD)


@pytest.mark.parametrize("password", ["", "short", "a@clinic.example", "peanutbutter"])
def test_a_weak_password_creates_no_account(password: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(password))
    with pytest.raises(CommandError):
        run("a@clinic.example", "--role", "frontdesk", "--password-stdin")

    assert not User.objects.exists()


def test_a_second_call_adds_the_role_and_keeps_the_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(PASSWORD))
    run("a@clinic.example", "--role", "therapist", "--name", "Ana", "--password-stdin")
    said = run("a@clinic.example", "--role", "owner")

    user = User.objects.get()
    assert [role.role for role in user.staff_roles.all()] == ["owner", "therapist"]
    assert said == "a@clinic.example is now owner.\n"
    assert user.check_password(PASSWORD)
    assert Therapist.objects.get().user == user


@pytest.mark.parametrize("email", ["", "nobody", "a@b", "a b@clinic.example"])
def test_an_invalid_address_is_refused(email: str) -> None:
    with pytest.raises(CommandError):
        run(email, "--role", "owner")
    assert not User.objects.exists()


def test_an_unknown_role_is_refused() -> None:
    with pytest.raises(CommandError, match="invalid choice"):
        run("a@clinic.example", "--role", "king")
