"""Concurrent changes of accounts: deactivation, invitations, codes."""

from collections import Counter
from typing import Any

import pytest

from booking.access.second_factor import consume_totp_code
from booking.actions.patients.patient_accounts import get_or_create_patient_account
from booking.actions.staff.accounts import deactivate_staff
from booking.actions.staff.invitations import accept_invitation, invite_staff
from booking.errors import LastOwner, OwnerRequired
from booking.models import Invitation, Role, User
from tests.booking.races.concurrency import all_at_once, second_before_first_commits
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


def deactivate_without_lock(user: User, by: User) -> None:
    """Deactivate as the action does, but without locking the owners."""
    others = User.objects.filter(is_active=True, staff_roles__role=Role.OWNER).exclude(pk=user.pk)
    if not others.exists():
        raise LastOwner()
    User.objects.filter(pk=user.pk).update(is_active=False)


@pytest.mark.parametrize("with_lock", [False, True], ids=["without lock", "with lock"])
def test_two_owners_can_deactivate_each_other_only_without_the_lock(with_lock: bool) -> None:
    one, two = member(Role.OWNER, app=False), member(Role.OWNER, app=False)
    act: Any = deactivate_staff if with_lock else deactivate_without_lock
    results = second_before_first_commits(lambda: act(one, by=two), lambda: act(two, by=one))
    left = User.objects.filter(is_active=True).count()

    if with_lock:
        assert left == 1
        assert isinstance(results[1], LastOwner | OwnerRequired)
    else:
        assert left == 0


def test_concurrent_acceptances_create_one_member() -> None:
    token = invite_staff("new@clinic.example", [Role.FRONTDESK], mail=False).split("/")[-2]

    def accept() -> object:
        return accept_invitation(token, name="Nia", password=PASSWORD)

    assert endings(all_at_once([accept] * 6)) == {"User": 1, "InvalidInvitation": 5}
    assert User.objects.count() == Invitation.objects.exclude(accepted_at=None).count() == 1


def test_concurrent_uses_of_a_code_count_once() -> None:
    user, code = member(Role.OWNER), app_code()
    results = all_at_once([lambda: consume_totp_code(user.pk, code)] * 6)

    assert endings(results) == {"Authenticator": 1, "NoneType": 5}


def test_concurrent_sign_in_requests_create_one_account() -> None:
    results = all_at_once([lambda: get_or_create_patient_account("ana@reader.example")] * 6)

    assert endings(results) == {"User": 6}
    assert User.objects.count() == 1
