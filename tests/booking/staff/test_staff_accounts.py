"""Staff accounts: roles, deactivation, and the owner's pages for them."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from booking.actions.staff.accounts import (
    add_staff_roles,
    deactivate_staff,
    set_staff_roles,
)
from booking.actions.staff.calendar_feeds import create_feed
from booking.actions.staff.invitations import find_invitation, invite_staff
from booking.errors import CannotDeactivateSelf, LastOwner, OwnerRequired, RoleRequired
from booking.models import Invitation, Role, Therapist, User
from tests import factories as make
from tests.html import assert_valid, compact
from tests.people import add_app, browser_of, member, opens_desk, patient_user, sign_in


def roles(user: User) -> set[str]:
    return set(user.staff_roles.values_list("role", flat=True))


def test_a_second_role_is_added_to_the_first() -> None:
    add_staff_roles("Thea@clinic.example", [Role.THERAPIST], name="Thea Marsh")
    user = add_staff_roles("thea@clinic.example ", [Role.FRONTDESK])

    assert roles(user) == {"therapist", "frontdesk"}
    assert (User.objects.count(), user.name, user.is_staff) == (1, "Thea Marsh", False)


def test_a_therapist_gets_one_profile_that_cannot_be_booked_yet() -> None:
    for _ in range(2):
        add_staff_roles("thea@clinic.example", [Role.THERAPIST], name="Thea Marsh")
    add_staff_roles("other@clinic.example", [Role.THERAPIST], name="Thea Marsh")

    assert list(Therapist.objects.values_list("slug", flat=True)) == ["thea-marsh", "thea-marsh-2"]
    assert not Therapist.objects.filter(offers__isnull=False).exists()


@pytest.mark.parametrize(
    ("role", "enters"),
    [("owner", True), ("editor", True), ("therapist", False), ("frontdesk", False)],
)
def test_the_back_office_is_for_owners_and_editors(role: str, enters: bool) -> None:
    assert add_staff_roles("a@clinic.example", [Role(role)]).is_staff is enters


def test_a_passkey_planted_in_a_patients_account_does_not_become_staffs() -> None:
    user = patient_user()
    add_app(user)
    planted = browser_of(user)
    add_staff_roles(user.email, [Role.OWNER])

    assert not Authenticator.objects.exists()
    assert not opens_desk(planted)


def test_a_second_role_ends_neither_session_nor_second_factor() -> None:
    user = member(Role.THERAPIST)
    browser = browser_of(user)
    add_staff_roles(user.email, [Role.FRONTDESK])

    assert opens_desk(browser)
    assert Authenticator.objects.filter(user=user).exists()


def test_deactivation_ends_sessions_feeds_invitations_and_sign_in_at_once() -> None:
    user, owner = member(Role.THERAPIST), member(Role.OWNER)
    browsers = [browser_of(user), browser_of(user)]
    token = create_feed(user.therapist)
    of_patient = create_feed(make.PatientFactory.create(user=user))
    own = invite_staff("friend@clinic.example", [Role.EDITOR], by=user)
    again = invite_staff(user.email, [Role.OWNER])
    assert Client().get(f"/feeds/{token}.ics").status_code == 200
    deactivate_staff(user, by=owner)

    assert [opens_desk(browser) for browser in browsers] == [False, False]
    assert [
        Client().get(f"/feeds/{feed_token}.ics").status_code for feed_token in (token, of_patient)
    ] == [404] * 2
    assert [find_invitation(link.split("/")[-2]) for link in (own, again)] == [None, None]
    assert sign_in(Client(), user).status_code == 422
    assert not Authenticator.objects.filter(user=user).exists()
    assert roles(user) == {"therapist"}, "the records still know what they were"


def test_reactivation_restores_neither_session_nor_password() -> None:
    user = member(Role.FRONTDESK)
    member(Role.OWNER)
    browser = browser_of(user)
    deactivate_staff(user)
    add_staff_roles(user.email, [Role.FRONTDESK])

    assert not opens_desk(browser)
    assert sign_in(Client(), user).status_code == 422


def test_a_pending_second_step_is_refused_after_deactivation(client: Client) -> None:
    user = member(Role.FRONTDESK)
    member(Role.OWNER)
    sign_in(client, user)
    deactivate_staff(user)
    client.post("/accounts/2fa/authenticate/", {"code": "000000"})

    assert not opens_desk(client)


def test_the_last_owner_cannot_be_removed() -> None:
    owner = member(Role.OWNER)
    root = User.objects.create_superuser("root@clinic.example", "long enough")
    deactivate_staff(root, by=owner)

    with pytest.raises(LastOwner):
        deactivate_staff(owner)
    with pytest.raises(LastOwner):
        set_staff_roles(owner, [Role.EDITOR], by=owner)
    assert roles(owner) == {"owner"}
    assert User.objects.get(pk=owner.pk).is_active


def test_only_owners_can_deactivate_and_only_others() -> None:
    owner, other, desk = member(Role.OWNER), member(Role.OWNER), member(Role.FRONTDESK)

    with pytest.raises(CannotDeactivateSelf):
        deactivate_staff(owner, by=owner)
    with pytest.raises(OwnerRequired):
        deactivate_staff(owner, by=desk)
    deactivate_staff(other, by=owner)
    with pytest.raises(OwnerRequired):
        deactivate_staff(desk, by=other)


def test_roles_are_changed_at_once_and_removing_one_ends_its_feed() -> None:
    owner, user = member(Role.OWNER), member(Role.THERAPIST, Role.EDITOR)
    browser, token = browser_of(user), create_feed(user.therapist)
    set_staff_roles(user, [Role.EDITOR], by=owner)

    assert roles(user) == {"editor"}
    assert browser.get("/desk/").status_code == 403
    assert Client().get(f"/feeds/{token}.ics").status_code == 404
    set_staff_roles(user, [Role.FRONTDESK, Role.OWNER], by=owner)
    assert opens_desk(browser)
    user.refresh_from_db()
    assert user.is_staff
    set_staff_roles(user, [Role.FRONTDESK], by=owner)
    user.refresh_from_db()
    assert not user.is_staff


def test_the_last_role_of_a_member_cannot_be_removed() -> None:
    owner, user = member(Role.OWNER), member(Role.EDITOR)

    with pytest.raises(RoleRequired):
        set_staff_roles(user, [], by=owner)


def test_the_team_is_listed_with_roles_and_states(django_assert_num_queries: Any) -> None:
    owner = member(Role.OWNER, name="Olga Owner")
    browser = browser_of(owner)
    gone = member(Role.EDITOR, Role.THERAPIST, name="Gregor Gone")
    deactivate_staff(gone)
    invite_staff("new@clinic.example", [Role.FRONTDESK])
    patient_user(name="Pat Patient")
    page = browser.get("/desk/staff/").content.decode()

    assert_valid(page)
    for words in ("Olga Owner", "Gregor Gone", "editor, therapist", "no access", "front desk"):
        assert words in compact(page)
    assert "Pat Patient" not in page
    with django_assert_num_queries(9):
        browser.get("/desk/staff/")
    for _ in range(3):
        member(Role.FRONTDESK, Role.EDITOR)
        invite_staff(make.UserFactory.build().email, [Role.EDITOR])
    with django_assert_num_queries(9):
        browser.get("/desk/staff/")


def test_an_owner_invites_from_the_page() -> None:
    browser = browser_of(member(Role.OWNER))
    data = {"email": "New@clinic.example", "name": "", "roles": ["therapist", "frontdesk"]}
    answer = browser.post("/desk/staff/", data)

    assert answer["Location"] == "/desk/staff/"
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.roles) == (
        "new@clinic.example",
        ["therapist", "frontdesk"],
    )


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"email": "no address"}, "email"),
        ({"email": "a" * 100_000}, "email"),
        ({"name": "x\ny"}, "name"),
        ({"name": "\x00"}, "name"),
        ({"name": "y" * 100_000}, "name"),
        ({"roles": []}, "roles_0"),
        ({"roles": ["king"]}, "roles_0"),
        ({"roles": "superuser"}, "roles_0"),
    ],
)
def test_an_invalid_invitation_is_shown_again_with_the_input(
    change: dict[str, Any], field: str
) -> None:
    browser = browser_of(member(Role.OWNER))
    data = {"email": "kept@clinic.example", "name": "Kept", "roles": ["editor"]} | change
    answer = browser.post("/desk/staff/", data)
    page = answer.content.decode()

    assert answer.status_code == 422
    assert f'href="#id_{field}"' in page
    assert "Kept" in page or "kept@clinic.example" in page
    assert not Invitation.objects.exists()


def test_the_page_of_a_member_changes_roles_and_ends_access() -> None:
    owner, user = member(Role.OWNER), member(Role.FRONTDESK)
    browser, address = browser_of(owner), f"/desk/staff/{user.pk}/"
    page = browser.get(address).content.decode()
    assert_valid(page)
    assert "authenticator app" in page
    assert browser.post(address, {"roles": ["therapist"]})["Location"] == "/desk/staff/"
    assert roles(user) == {"therapist"}
    assert browser.post(address, {}).status_code == 422
    assert browser.post(f"{address}deactivate/")["Location"] == "/desk/staff/"

    user.refresh_from_db()
    assert not user.is_active
    assert "Back in the team?" in browser.get(address).content.decode()


def test_an_owner_sees_why_the_last_owner_cannot_be_removed() -> None:
    owner = member(Role.OWNER)
    browser, address = browser_of(owner), f"/desk/staff/{owner.pk}/"
    answer = browser.post(address, {"roles": ["editor"]})

    assert answer.status_code == 422
    assert "This is the last owner" in answer.content.decode()
    assert "End their access" not in browser.get(address).content.decode()
    browser.post(f"{address}deactivate/")
    assert "You cannot deactivate yourself" in browser.get("/desk/staff/").content.decode()


def test_an_invitation_can_be_revoked() -> None:
    browser = browser_of(member(Role.OWNER))
    link = invite_staff("new@clinic.example", [Role.OWNER])
    browser.post(f"/desk/staff/invitations/{Invitation.objects.get().pk}/revoke/")

    assert Client().get(link.removeprefix("https://clinic.example")).status_code == 410


@pytest.mark.parametrize("pk", ["0", "999999", "9" * 30])
def test_an_unknown_member_is_404(pk: str) -> None:
    browser = browser_of(member(Role.OWNER))

    assert browser.get(f"/desk/staff/{pk}/").status_code == 404
    assert browser.post(f"/desk/staff/{pk}/deactivate/").status_code == 404
    assert browser.post(f"/desk/staff/invitations/{pk}/revoke/").status_code == 404
