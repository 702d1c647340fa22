"""The demo's staff accounts: one of every role, and none outside the demo."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings

from booking.demo import DEMO_PASSWORD, create_demo_staff, list_demo_accounts
from booking.management.commands import load_demo
from booking.models import Therapist, User
from tests.factories import ClinicProfileFactory, TherapistFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

OWNER = "owner@lakeside-massage.example"


def load(*arguments: str) -> str:
    out = StringIO()
    call_command("load_demo", *arguments, stdout=out)
    return out.getvalue()


SMALL = ("--patients", "10", "--appointments", "20")


def sign_in(email: str) -> Any:
    return Client().post("/accounts/login/", {"login": email, "password": DEMO_PASSWORD})


@pytest.fixture
def demo(settings: Settings) -> None:
    settings.DEMO = True
    load(*SMALL)


@pytest.mark.usefixtures("demo")
def test_every_role_and_every_therapist_has_an_account() -> None:
    roles = [role for role, _email in list_demo_accounts()]

    assert roles == ["owner", "front desk", "editor", *["therapist"] * 5]
    assert set(Therapist.objects.values_list("user__name", "name")) == {
        (name, name) for name in Therapist.objects.values_list("name", flat=True)
    }
    for _role, email in list_demo_accounts():
        assert sign_in(email).status_code == 302


@pytest.mark.usefixtures("demo")
def test_a_therapist_of_the_demo_sees_the_demos_appointments() -> None:
    therapist = Therapist.objects.get(name="Maya Lindqvist")

    assert therapist.user is not None
    assert therapist.user.email == "maya@lakeside-massage.example"
    assert therapist.appointments.exists()


@pytest.mark.usefixtures("demo")
def test_loading_again_creates_no_duplicates_and_resets_no_password() -> None:
    owner = User.objects.get(email=OWNER)
    owner.set_password("a password of my own")
    owner.save()
    before = User.objects.count()
    load("--if-empty")

    assert create_demo_staff() == []
    assert User.objects.count() == before
    assert User.objects.get(email=OWNER).check_password("a password of my own")


def test_an_older_demo_gets_its_accounts(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DEMO = True
    with monkeypatch.context() as patch:
        patch.setattr(load_demo, "create_demo_staff", list)
        load(*SMALL)
    assert not User.objects.exists()
    load("--if-empty")

    assert User.objects.count() == 8


@pytest.mark.usefixtures("demo")
def test_the_accounts_are_printed() -> None:
    said = load("--sign-ins")

    assert DEMO_PASSWORD in said
    assert said.count("@lakeside-massage.example") == 8


def test_outside_the_demo_no_account_is_created_or_printed(settings: Settings) -> None:
    settings.DEMO = False
    load(*SMALL, "--force")

    assert not User.objects.exists()
    assert load("--sign-ins") == ""


def test_a_real_clinic_gets_no_known_password_even_if_demo_is_set(settings: Settings) -> None:
    settings.DEMO = True
    ClinicProfileFactory.create()
    TherapistFactory.create(name="Maya Lindqvist")
    load("--if-empty")

    assert not User.objects.exists()
    assert load("--sign-ins") == ""


def test_the_demo_password_is_refused_after_the_demo_has_ended(
    settings: Settings, client: Client
) -> None:
    settings.DEMO = True
    load(*SMALL)
    settings.DEMO = False
    answer = client.post("/accounts/login/", {"login": OWNER, "password": DEMO_PASSWORD})

    assert answer["Location"] == "/accounts/login/"
    assert "_auth_user_id" not in client.session
    assert "works only there" in client.get("/accounts/login/").content.decode()
