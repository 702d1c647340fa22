"""Two owners, two acceptances, two askers at the same moment: each has one right ending."""

from collections import Counter
from typing import Any

import pytest

from booking.access.second_factor import consume_totp_code
from booking.actions.patients.patient_accounts import get_or_create_patient_account
from booking.actions.staff.accounts import deactivate_staff
from booking.actions.staff.invitations import accept_invitation, invite_staff
from booking.errors import LastOwner, OwnerRequired
from booking.models import Invitation, Role, User
from tests.booking.races.crowd import all_at_once, one_inside_the_other
from tests.people import app_code, member

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("database"),
    pytest.mark.postgresql,
]

PASSWORD = "correct horse battery staple"


def endings(results: list[Any]) -> Counter[str]:
    return Counter(type(result).__name__ for result in results)


def deactivate_unguarded(user: User, by: User) -> None:
    """As if nobody locked the owners: looks, then writes."""
    others = User.objects.filter(is_active=True, staff_roles__role=Role.OWNER).exclude(pk=user.pk)
    if not others.exists():
        raise LastOwner()
    User.objects.filter(pk=user.pk).update(is_active=False)


@pytest.mark.parametrize("guarded", [False, True], ids=["without the guard", "guarded"])
def test_two_owners_who_deactivate_each_other(guarded: bool) -> None:
    one, two = member(Role.OWNER, app=False), member(Role.OWNER, app=False)
    act: Any = deactivate_staff if guarded else deactivate_unguarded
    results = one_inside_the_other(lambda: act(one, by=two), lambda: act(two, by=one))
    left = User.objects.filter(is_active=True).count()

    if guarded:
        assert left == 1
        assert isinstance(results[1], LastOwner | OwnerRequired)
    else:
        assert left == 0


def test_an_invitation_accepted_many_times_at_once_makes_one_member() -> None:
    token = invite_staff("new@clinic.example", [Role.FRONTDESK], mail=False).split("/")[-2]

    def accept() -> object:
        return accept_invitation(token, name="Nia", password=PASSWORD)

    assert endings(all_at_once([accept] * 6)) == {"User": 1, "InvalidInvitation": 5}
    assert User.objects.count() == Invitation.objects.exclude(accepted_at=None).count() == 1


def test_a_code_of_an_app_shown_many_times_at_once_counts_once() -> None:
    user, code = member(Role.OWNER), app_code()
    results = all_at_once([lambda: consume_totp_code(user.pk, code)] * 6)

    assert endings(results) == {"Authenticator": 1, "NoneType": 5}


def test_an_address_that_asks_many_times_at_once_gets_one_account() -> None:
    results = all_at_once([lambda: get_or_create_patient_account("ana@reader.example")] * 6)

    assert endings(results) == {"User": 6}
    assert User.objects.count() == 1
