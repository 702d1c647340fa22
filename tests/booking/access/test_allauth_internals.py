"""What this project needs of allauth's internal modules.

If one of these fails after an upgrade of allauth, mend booking/access/allauth_internals.py.
"""

import time

import pytest
from allauth.core import context
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.test import Client, RequestFactory

from booking.access import allauth_internals
from booking.access.second_factor_secrets import use_secrets_of_user
from booking.access.session_engine import SessionStore
from booking.models import User
from tests.passkeys import Passkey, stored_data
from tests.people import SECRET, add_app, add_recovery_codes, patient_user

pytestmark = pytest.mark.django_db
RFC_6238_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
RFC_6238_CODES = {59: "287082", 1111111109: "081804", 1234567890: "005924", 2000000000: "279037"}
"""Appendix B: seconds since the epoch, and the last six of the eight digits shown there."""


@pytest.fixture
def user() -> User:
    return patient_user()


@pytest.fixture
def request_of_user(user: User) -> HttpRequest:
    request = RequestFactory().get("/")
    request.session = SessionStore()
    request.user = user
    return request


def test_a_record_holds_method_and_instant(request_of_user: HttpRequest, user: User) -> None:
    before = time.time()
    allauth_internals.record_authentication(request_of_user, user, "password")
    (record,) = allauth_internals.authentication_records(request_of_user, user)

    assert record["method"] == "password"
    assert before <= record["at"] <= time.time()
    assert not allauth_internals.has_shown_second_factor(request_of_user)


def test_records_are_kept_in_order(request_of_user: HttpRequest, user: User) -> None:
    allauth_internals.record_authentication(request_of_user, user, "password")
    allauth_internals.record_second_factor(request_of_user, add_app(user))
    records = allauth_internals.authentication_records(request_of_user, user)

    assert [record["method"] for record in records] == ["password", "mfa"]
    assert allauth_internals.has_shown_second_factor(request_of_user)


def test_nobody_has_the_records_of_somebody_else(request_of_user: HttpRequest, user: User) -> None:
    allauth_internals.record_second_factor(request_of_user, add_app(user))
    stranger = patient_user()

    assert allauth_internals.authentication_records(request_of_user, stranger) == []
    assert allauth_internals.authentication_records(request_of_user, AnonymousUser()) == []
    request_of_user.user = AnonymousUser()
    assert not allauth_internals.has_shown_second_factor(request_of_user)


def test_a_cancelled_login_leaves_no_record(request_of_user: HttpRequest, user: User) -> None:
    allauth_internals.record_authentication(request_of_user, user, "password")
    request_of_user.session["account_login"] = {"any": "state"}
    allauth_internals.cancel_login(request_of_user)

    assert allauth_internals.authentication_records(request_of_user, user) == []
    assert "account_login" not in request_of_user.session


@pytest.mark.parametrize(("now", "counts"), [("", True), ("new@mail.example", False)])
def test_a_code_counts_only_for_the_address_to_which_it_was_mailed(now: str, counts: bool) -> None:
    user, client = patient_user(), Client()
    client.post("/accounts/login/code/", {"email": user.email})
    User.objects.filter(pk=user.pk).update(email=now or user.email)
    request = RequestFactory().get("/")
    request.session, request.user = client.session, AnonymousUser()

    assert allauth_internals.is_code_for_present_address(request) is counts


def test_without_a_sign_in_that_waits_no_code_counts(request_of_user: HttpRequest) -> None:
    assert not allauth_internals.is_code_for_present_address(request_of_user)


def test_showing_the_password_again_is_recorded(request_of_user: HttpRequest, user: User) -> None:
    allauth_internals.record_password_reauthentication(request_of_user)
    (record,) = allauth_internals.authentication_records(request_of_user, user)

    assert (record["method"], record["reauthenticated"]) == ("password", True)  # type: ignore[typeddict-item]


def test_showing_a_passkey_again_counts_as_second_factor(
    request_of_user: HttpRequest, user: User
) -> None:
    passkey = Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data=stored_data(Passkey())
    )
    allauth_internals.record_passkey_reauthentication(request_of_user, passkey)
    passkey.refresh_from_db()

    assert allauth_internals.has_shown_second_factor(request_of_user)
    assert passkey.last_used_at is not None


def test_passkey_options_name_the_users_passkeys(request_of_user: HttpRequest, user: User) -> None:
    Authenticator.objects.create(
        user=user, type=Authenticator.Type.WEBAUTHN, data=stored_data(Passkey())
    )
    with context.request_context(request_of_user):
        options = allauth_internals.begin_passkey_authentication(user)

    assert set(options["publicKey"]) >= {"challenge", "allowCredentials", "rpId"}
    assert len(options["publicKey"]["allowCredentials"]) == 1
    assert list(request_of_user.session.keys()) != []


@pytest.mark.parametrize(("seconds", "code"), RFC_6238_CODES.items())
def test_codes_are_those_of_rfc_6238(seconds: int, code: str) -> None:
    assert allauth_internals.totp_code(RFC_6238_SECRET, seconds // 30) == code


def test_the_step_before_and_after_are_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: 3000.5)
    steps = allauth_internals.accepted_time_steps()

    assert 100 in steps
    assert steps == sorted(steps)
    assert len(steps) <= 3


def test_an_app_keeps_its_secret_under_the_name_we_read(user: User) -> None:
    app = add_app(user)

    assert set(app.data) == {"secret"}
    with use_secrets_of_user(user.pk):
        assert app.wrap().validate_code(allauth_internals.totp_code(SECRET, int(time.time()) // 30))


def test_a_recovery_code_works_once(user: User) -> None:
    codes = add_recovery_codes(user)
    row = Authenticator.objects.get(user=user, type=Authenticator.Type.RECOVERY_CODES)

    assert not allauth_internals.consume_recovery_code(row, "00000000")
    assert allauth_internals.consume_recovery_code(row, codes[0])
    assert not allauth_internals.consume_recovery_code(row, codes[0])
    row.refresh_from_db()
    with use_secrets_of_user(user.pk):
        assert row.wrap().get_unused_codes() == codes[1:]
