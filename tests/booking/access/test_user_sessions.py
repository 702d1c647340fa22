"""People see on which devices they are signed in, and end what they do not know."""

from datetime import datetime, timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from pytest_django import Settings

from booking.access.session_engine import SessionStore, delete_expired_sessions, record_use
from booking.actions.actor import Actor, ActorType
from booking.actions.patients.end_sessions import end_other_sessions, end_session
from booking.models import AuditEntry, User, UserSession
from booking.queries.patients.devices import sessions_of
from clinic.lib.dates import clock
from clinic.lib.http.device_names import device_name
from tests.people import patient_user

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 "
    "(KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1"
)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def by(user: User) -> Actor:
    return Actor(ActorType.PATIENT, user)


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in SessionStore(client.cookies["session"].value).load()


def row_key_of(client: Client) -> str:
    session = SessionStore(client.cookies["session"].value)
    session.load()
    return session.row_key


@pytest.fixture
def user() -> User:
    return patient_user()


def test_every_sign_in_is_a_device_and_no_other_session_is(user: User) -> None:
    for _ in range(2):
        signed_in(user)
    signed_in(patient_user())
    SessionStore().save()

    assert sessions_of(user, clock.now()).count() == 2


def test_signing_out_takes_the_device_from_the_list(user: User) -> None:
    client = signed_in(user)
    client.logout()

    assert not UserSession.objects.exists()


def test_one_device_can_be_ended(user: User) -> None:
    phone, laptop = signed_in(user), signed_in(user)
    row = UserSession.objects.get(row_key=row_key_of(phone))

    assert end_session(user, row.pk, by=by(user))
    assert [is_signed_in(client) for client in (phone, laptop)] == [False, True]
    assert not end_session(user, row.pk, by=by(user))
    assert AuditEntry.objects.filter(action="revoked", object_type="device").count() == 1


def test_nobody_ends_the_device_of_somebody_else(user: User) -> None:
    theirs = signed_in(patient_user())
    row = UserSession.objects.get(row_key=row_key_of(theirs))

    assert not end_session(user, row.pk, by=by(user))
    assert is_signed_in(theirs)


def test_all_others_can_be_ended_at_once(user: User) -> None:
    here, *others = (signed_in(user) for _ in range(3))

    assert end_other_sessions(user, keep=row_key_of(here), by=by(user)) == 2
    assert [is_signed_in(client) for client in (here, *others)] == [True, False, False]


def test_the_last_use_is_known_to_the_hour_and_costs_no_query_within_it(
    user: User, settings: Settings, frozen_clock: datetime
) -> None:
    client = signed_in(user)
    session = SessionStore(client.cookies["session"].value)
    record_use(session, clock.now())
    session.save()
    settings.CLINIC_CLOCK = frozen_clock + timedelta(minutes=59)
    again = SessionStore(session.session_key)
    record_use(again, clock.now())
    unchanged = not again.modified
    settings.CLINIC_CLOCK = frozen_clock + timedelta(minutes=60)
    record_use(again, clock.now())
    again.save()

    assert unchanged
    assert UserSession.objects.get().last_seen_at == clock.now()
    assert UserSession.objects.get().started_at == frozen_clock


def test_a_session_that_has_expired_is_no_device(user: User) -> None:
    signed_in(user)
    Session.objects.update(expire_date=clock.now() - timedelta(minutes=1))

    assert not sessions_of(user, clock.now()).exists()
    delete_expired_sessions(clock.now())
    assert not UserSession.objects.exists()


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (PHONE, "Safari, iPhone"),
        ("Mozilla/5.0 (Android 15; Mobile; rv:133.0) Firefox/133.0", "Firefox, Android"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/131.0 Safari/537.36 Edg/131.0", "Edge, Windows"),
        ("curl/8.5", ""),
        ("", ""),
    ],
)
def test_a_device_is_named_by_its_browser_and_system(agent: str, name: str) -> None:
    assert device_name(agent) == name


def test_the_device_is_named_by_the_request_that_uses_it(user: User) -> None:
    client = signed_in(user)
    session = client.session
    session["used_in"] = "an hour before"
    session.save()
    client.get("/accounts/2fa/webauthn/", headers={"user-agent": PHONE})

    assert UserSession.objects.get().device == "Safari, iPhone"
