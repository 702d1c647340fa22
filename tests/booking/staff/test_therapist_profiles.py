"""A new therapist is connected to an existing profile, or gets a new one on request."""

import io
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.test import Client

from booking.actions.staff.accounts import add_staff_roles
from booking.actions.staff.invitations import accept_invitation, invite_staff
from booking.errors import InvalidInvitation, ProfileTaken
from booking.inputs import ProfileChoice
from booking.models import Invitation, Role, Therapist, User
from tests.factories import TherapistFactory, UserFactory
from tests.html import assert_valid, attribute, parse
from tests.people import PASSWORD, browser_of, member

pytestmark = [pytest.mark.django_db, pytest.mark.postgresql]

TEAM = "/desk/staff/"
MAYA = "maya.lindqvist@clinic.example"


@pytest.fixture
def maya() -> Therapist:
    """A therapist of the set-up, who nobody signs in as yet."""
    return TherapistFactory.create(name="Maya Lindqvist", slug="maya-lindqvist", user=None)


@pytest.fixture
def owner() -> Client:
    return browser_of(member(Role.OWNER))


def invite(browser: Client, **typed: Any) -> Any:
    return browser.post(TEAM, {"email": MAYA, "name": "", "roles": ["therapist"], **typed})


def chosen_profile(page: str) -> list[str]:
    document = parse(page)
    return [
        option.get("value", "")
        for select in document.iter("select")
        if select.get("name") == "profile"
        for option in select.iter("option")
        if option.get("selected") is not None
    ]


def token_of(link: str) -> str:
    return link.rstrip("/").rsplit("/", 1)[-1]


@pytest.mark.parametrize(
    ("name", "email"),
    [
        ("Maya Lindqvist", "m.l@clinic.example"),
        ("maya  LINDQVIST", "m.l@clinic.example"),
        ("", MAYA),
        ("", "maya@clinic.example"),
        ("Maya", "office@clinic.example"),
    ],
)
def test_the_page_proposes_the_profile_with_their_name_or_address(
    owner: Client, maya: Therapist, name: str, email: str
) -> None:
    TherapistFactory.create(name="Rosa Delgado", user=None)
    answer = invite(owner, name=name, email=email)
    page = answer.content.decode()

    assert answer.status_code == 422
    assert_valid(page)
    assert chosen_profile(page) == [str(maya.pk)]
    assert "Maya Lindqvist is on the site already." in page
    assert not Invitation.objects.exists()


def test_an_accepted_invitation_connects_the_existing_profile(
    owner: Client, maya: Therapist
) -> None:
    assert invite(owner, profile=str(maya.pk)).status_code == 303
    invitation = Invitation.objects.get()
    assert invitation.therapist == maya
    link = invite_staff(MAYA, [Role.THERAPIST], profile=ProfileChoice(maya.pk))
    user = accept_invitation(token_of(link), name="M. Lindqvist", password=PASSWORD)

    assert Therapist.objects.get().user == user


def test_a_new_profile_is_created_on_request(owner: Client, maya: Therapist) -> None:
    assert invite(owner, name="Maya Lindqvist", profile="new").status_code == 303
    link = invite_staff(MAYA, [Role.THERAPIST], profile=ProfileChoice(new=True))
    user = accept_invitation(token_of(link), name="Maya Lindqvist", password=PASSWORD)

    maya.refresh_from_db()
    assert maya.user is None
    assert Therapist.objects.get(user=user).slug == "maya-lindqvist-2"


def test_without_a_similar_profile_none_is_proposed(owner: Client, maya: Therapist) -> None:
    answer = invite(owner, email="tom@clinic.example", name="Tom Berg")

    assert answer.status_code == 422
    assert chosen_profile(answer.content.decode()) == [""]
    assert "Please choose their profile" in answer.content.decode()


@pytest.mark.parametrize("roles", [["frontdesk"], ["owner", "editor"]])
def test_only_therapists_need_a_profile(owner: Client, maya: Therapist, roles: list[str]) -> None:
    assert invite(owner, roles=roles).status_code == 303


def test_without_free_profiles_the_page_does_not_ask(owner: Client) -> None:
    page = owner.get(TEAM).content.decode()

    assert attribute(parse(page), "select", "name") == []
    assert invite(owner).status_code == 303


def test_a_member_with_a_profile_is_not_asked(owner: Client, maya: Therapist) -> None:
    add_staff_roles("rosa@clinic.example", [Role.THERAPIST], name="Rosa Delgado")

    assert invite(owner, email="Rosa@clinic.example").status_code == 303


@pytest.mark.parametrize("profile", ["999999", "x", "0", "-1"])
def test_a_profile_that_is_not_offered_is_refused(
    owner: Client, maya: Therapist, profile: str
) -> None:
    assert invite(owner, profile=profile).status_code == 422
    assert not Invitation.objects.exists()


def test_the_newest_invitation_to_a_profile_ends_the_others(maya: Therapist) -> None:
    first = invite_staff("one@clinic.example", [Role.THERAPIST], profile=ProfileChoice(maya.pk))
    invite_staff("two@clinic.example", [Role.THERAPIST], profile=ProfileChoice(maya.pk))

    with pytest.raises(InvalidInvitation):
        accept_invitation(token_of(first), name="One", password=PASSWORD)


def test_an_invitation_to_a_taken_profile_is_invalid(maya: Therapist) -> None:
    link = invite_staff("one@clinic.example", [Role.THERAPIST], profile=ProfileChoice(maya.pk))
    add_staff_roles(MAYA, [Role.THERAPIST])

    with pytest.raises(InvalidInvitation):
        accept_invitation(token_of(link), name="One", password=PASSWORD)
    assert not User.objects.filter(email="one@clinic.example").exists()


def test_the_role_on_the_page_of_a_member_asks_the_same(owner: Client, maya: Therapist) -> None:
    person = member(Role.FRONTDESK, email="m@clinic.example", name="Maya Lindqvist")
    address = f"{TEAM}{person.pk}/"
    answer = owner.post(address, {"roles": ["frontdesk", "therapist"]})
    assert answer.status_code == 422
    assert chosen_profile(answer.content.decode()) == [str(maya.pk)]
    owner.post(address, {"roles": ["frontdesk", "therapist"], "profile": str(maya.pk)})

    assert Therapist.objects.get().user == person


def test_the_command_connects_the_existing_profile_and_says_so(maya: Therapist) -> None:
    out = io.StringIO()
    call_command("create_staff", MAYA, "--role", "therapist", stdout=out)

    assert Therapist.objects.get().user == User.objects.get()
    assert User.objects.get().name == "Maya Lindqvist"
    assert "They sign in with the profile “Maya Lindqvist”, which was there." in out.getvalue()


def test_the_command_says_when_it_creates_a_profile_and_lists_others(
    maya: Therapist,
) -> None:
    out = io.StringIO()
    call_command(
        "create_staff", "tom@clinic.example", "--role", "therapist", "--name", "Tom", stdout=out
    )

    assert "They have a new profile, “Tom”." in out.getvalue()
    assert "Profiles that nobody signs in to: Maya Lindqvist." in out.getvalue()


def test_of_two_profiles_with_the_same_name_none_is_chosen_automatically(maya: Therapist) -> None:
    TherapistFactory.create(name="Maya Lindqvist", slug="other", user=None)
    add_staff_roles("m@clinic.example", [Role.THERAPIST], name="Maya Lindqvist")

    assert Therapist.objects.filter(user=None).count() == 2


def test_another_users_profile_is_not_connected(maya: Therapist) -> None:
    maya.user = UserFactory.create()
    maya.save()

    with pytest.raises(ProfileTaken):
        add_staff_roles(MAYA, [Role.THERAPIST], profile=ProfileChoice(maya.pk))


def test_the_database_holds_one_profile_for_a_user(maya: Therapist) -> None:
    user = add_staff_roles(MAYA, [Role.THERAPIST])

    with pytest.raises(IntegrityError), transaction.atomic():
        TherapistFactory.create(user=user)
