"""Before sensitive requests, signed-in users authenticate again."""

from typing import Any

import pytest
from django.test import Client
from django.urls import get_resolver

from booking.models import Invitation, Role, User
from clinic.lib.http.reauthentication import requires_reauthentication
from tests.factories import CommentFactory
from tests.people import PASSWORD, browser_of, member
from tests.roles.test_access_marks import every_address
from tests.scene import make_weekday_clinic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

AGAIN = "/accounts/reauthenticate/"
PROTECTED = {
    "desk/staff/", "desk/staff/<int:pk>/", "desk/staff/<int:pk>/deactivate/",
    "desk/reports/<slug:name>/<slug:table>.csv", "admin/articles/comment/delete/",
    "desk/privacy/patients/<uuid:public_id>/", "desk/privacy/sealed/<uuid:public_id>/",
    "desk/privacy/restricted/<uuid:public_id>/",
    "desk/privacy/rules/add/", "desk/privacy/rules/<int:pk>/",
}  # fmt: skip
"""Inviting, roles, ending access, files of reports, erasing comments and people, opening what is
sealed or restricted, retention rules."""
INVITE = {"email": "new@clinic.example", "roles": ["owner"], "name": "Nia New"}


@pytest.fixture
def owner() -> User:
    return member(Role.OWNER)


def signed_in_a_while_ago(user: User) -> Client:
    """Return a browser that signed in six minutes ago, with password and second factor."""
    client = browser_of(user)
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= 360
    session.save()
    return client


def test_these_addresses_ask_to_authenticate_again() -> None:
    found = {
        path
        for path, view in every_address(get_resolver().url_patterns)
        if requires_reauthentication(view.callback)
    }

    assert found == PROTECTED


def test_an_old_session_is_not_enough(owner: User) -> None:
    make_weekday_clinic()
    other = member(Role.FRONTDESK)
    client = signed_in_a_while_ago(owner)
    answers: dict[str, Any] = {
        "invite": client.post("/desk/staff/", INVITE),
        "roles": client.post(f"/desk/staff/{other.pk}/", {"roles": ["owner"]}),
        "deactivate": client.post(f"/desk/staff/{other.pk}/deactivate/"),
        "file": client.get("/desk/reports/appointments/appointments.csv"),
        "erase": client.post(
            "/admin/articles/comment/delete/",
            {"email": CommentFactory().email, "_delete": "1"},
        ),
    }

    assert {name: answer["Location"].split("?")[0] for name, answer in answers.items()} == (
        dict.fromkeys(answers, AGAIN)
    )
    other.refresh_from_db()
    assert not Invitation.objects.exists()
    assert other.is_active
    assert [role.role for role in other.staff_roles.all()] == [Role.FRONTDESK]


def test_the_form_itself_opens_as_usual(owner: User) -> None:
    client = signed_in_a_while_ago(owner)

    assert client.get("/desk/staff/").status_code == 200


def test_after_the_password_the_same_request_goes_on(owner: User) -> None:
    client = signed_in_a_while_ago(owner)
    asked = client.post("/desk/staff/", INVITE)
    done = client.post(asked["Location"], {"password": PASSWORD, "next": "/desk/staff/"})

    assert done["Location"] == "/desk/staff/"
    assert Invitation.objects.get().email == "new@clinic.example"


def test_whoever_has_just_signed_in_is_not_asked(owner: User) -> None:
    assert browser_of(owner).post("/desk/staff/", INVITE)["Location"] == "/desk/staff/"
