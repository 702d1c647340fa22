"""What a visitor reads when a change is saved, but the session is not."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db import OperationalError
from django.http import HttpRequest
from django.test import Client

from booking.access import session_engine
from booking.access.session_engine import SessionStore
from booking.errors import ChangeInProgress
from booking.lifecycle import Status
from booking.views.public.appointments import cancel_and_confirm
from tests.conftest import MONDAY_NOON
from tests.factories import AppointmentFactory, ClinicProfileFactory, PatientFactory
from tests.people import browser_of, patient_user

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]
LOCKED = OperationalError("database is locked")


def fail(*_: object, **__: object) -> None:
    raise LOCKED


def test_a_guest_is_told_to_look_although_the_first_session_could_not_be_made(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A message to a guest makes their session. Else they read that nothing was changed."""
    ClinicProfileFactory()
    appointment = AppointmentFactory(starts_at=MONDAY_NOON + timedelta(days=4))
    monkeypatch.setattr(db.SessionStore, "save", fail)
    client.raise_request_exception = False

    answer = client.post(f"/appointments/{appointment.link_token}/cancel/", {"reason": ""})

    appointment.refresh_from_db()
    assert appointment.status == Status.CANCELLED
    assert answer.status_code == 503
    assert "Please check before you try again" in answer.content.decode()


def test_a_patient_is_told_to_look_when_the_device_could_not_be_recorded(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ClinicProfileFactory()
    user = patient_user()
    appointment = AppointmentFactory(
        patient=PatientFactory(user=user), starts_at=MONDAY_NOON + timedelta(days=4)
    )
    browser = browser_of(user)
    monkeypatch.setattr(SessionStore, "_recorded", property(lambda _: None, lambda *_: None))
    monkeypatch.setattr(session_engine, "_save_user_session", fail)
    browser.raise_request_exception = False

    answer = browser.post(f"/me/appointments/{appointment.public_id}/cancel/", {"reason": ""})

    appointment.refresh_from_db()
    assert appointment.status == Status.CANCELLED
    assert answer.status_code == 503
    assert "Please check before you try again" in answer.content.decode()


def test_a_change_during_which_the_session_ended_asks_to_look_before_sending_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Signing in again, in another tab, ends the session while the first page is under way."""
    ClinicProfileFactory()
    user = patient_user()
    appointment = AppointmentFactory(
        patient=PatientFactory(user=user), starts_at=MONDAY_NOON + timedelta(days=4)
    )
    browser = browser_of(user)
    browser.raise_request_exception = False

    def end_session(_: HttpRequest) -> str:
        Session.objects.all().delete()
        return "Your appointment is canceled."

    monkeypatch.setattr(cancel_and_confirm, "cancelled_text", end_session)

    answer = browser.post(f"/me/appointments/{appointment.public_id}/cancel/", {"reason": ""})

    appointment.refresh_from_db()
    assert appointment.status == Status.CANCELLED
    assert answer.status_code == 409
    assert "Please check before you try again" in answer.content.decode()


def test_a_database_error_is_told_although_the_session_ended_meanwhile(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sign-in that is sent again while the first one is under way finds its session ended."""
    ClinicProfileFactory()
    client.get("/accounts/login/")
    session = client.session
    session["any"] = "content"
    session.save()
    client.cookies[settings.SESSION_COOKIE_NAME] = session.session_key or ""

    def end_session_and_fail(request: HttpRequest, **_: object) -> None:
        request.session["more"] = "content"
        Session.objects.all().delete()
        raise ChangeInProgress()

    monkeypatch.setattr("allauth.account.adapter.authenticate", end_session_and_fail)
    client.raise_request_exception = False

    answer = client.post(
        "/accounts/login/", {"login": "maya@clinic.example", "password": "any password"}
    )

    assert answer.status_code == 409
    assert "Nothing was saved" in answer.content.decode()
