"""Reports of a mail provider, which anymail verifies."""

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from pytest_django import Settings

from booking.actions.actor import Actor
from booking.actions.notifications.send_again import mark_reachable
from booking.actions.patients.update_patient import change_patient
from booking.features.bounces.actions import receive_report
from booking.features.bounces.urls import report_patterns
from booking.inputs import PatientData
from booking.models import Patient
from booking.notifications.outcomes import set_undeliverable_since
from clinic.lib.dates import clock
from clinic.lib.mail.settings import anymail_settings, check_bounce_address, check_mailbox_url
from tests.clinic.lib.mail.reports import TO
from tests.factories import AppointmentFactory, NotificationFactory, PatientFactory

signals = pytest.importorskip("anymail.signals")
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]

SECRET, SIGNING_KEY = "mailgun:a-long-and-random-password", "key-of-the-provider"
PATH = "/mail/events/"


@pytest.fixture(autouse=True)
def webhook(settings: Settings) -> Iterator[None]:
    settings.ROOT_URLCONF = "tests.booking.features.bounces.webhook_urls"
    settings.ANYMAIL = anymail_settings("mailgun", SECRET, SIGNING_KEY)
    signals.tracking.connect(receive_report, dispatch_uid="tests")
    yield
    signals.tracking.disconnect(dispatch_uid="tests")


def bounced(**values: Any) -> dict[str, Any]:
    """The event of Mailgun for a permanent failure, signed."""
    timestamp, token = "1795456800", "a1b2c3d4e5f6"
    signature = hmac.new(
        SIGNING_KEY.encode(), f"{timestamp}{token}".encode(), hashlib.sha256
    ).hexdigest()
    return {
        "signature": {"timestamp": timestamp, "token": token, "signature": signature},
        "event-data": {
            "event": "failed",
            "severity": "permanent",
            "reason": "bounce",
            "timestamp": 1795456800.5,
            "id": "G9Bn5sl1TC6nu79C8C0bwg",
            "recipient": TO,
            "delivery-status": {
                "code": 550,
                "message": "5.1.1 The email account that you tried to reach does not exist",
                "description": "",
            },
            "message": {"headers": {"message-id": "1@clinic.example"}},
            "user-variables": {},
            "tags": [],
        }
        | values,
    }


def post(event: dict[str, Any], secret: str = SECRET) -> int:
    sign_in = f"Basic {b64encode(secret.encode()).decode()}"
    strict = Client(enforce_csrf_checks=True)
    return strict.post(
        PATH, json.dumps(event), content_type="application/json", HTTP_AUTHORIZATION=sign_in
    ).status_code


def is_marked() -> bool:
    return Patient.objects.get().undeliverable_since is not None


def undated_report() -> SimpleNamespace:
    """The report of a provider that does not say when it happened."""
    return SimpleNamespace(
        event_type="bounced",
        recipient=TO,
        mta_response="550 5.1.1 no such user",
        description="",
        reject_reason="invalid",
        timestamp=None,
    )


def marked() -> int:
    return Patient.objects.filter(undeliverable_since__isnull=False).count()


def test_a_mailbox_that_does_not_exist_marks_the_patient() -> None:
    PatientFactory(email=TO)

    assert post(bounced()) == 200
    assert is_marked()


@pytest.mark.parametrize(
    "values",
    [
        {"severity": "temporary"},
        {"event": "delivered"},
        {"event": "complained"},
        {"delivery-status": {"code": 552, "message": "5.2.2 full"}},
        {"recipient": "bo@reader.example"},
    ],
)
def test_other_events_mark_no_patient(values: dict[str, Any]) -> None:
    PatientFactory(email=TO)

    assert post(bounced(**values)) == 200
    assert not is_marked()


def test_a_wrong_signature_is_refused() -> None:
    PatientFactory(email=TO)
    event = bounced()
    event["signature"]["signature"] = "0" * 64

    assert post(event) == 400
    assert not is_marked()


@pytest.mark.parametrize("secret", ["mailgun:wrong", "x:y"])
def test_a_wrong_secret_is_refused(secret: str) -> None:
    PatientFactory(email=TO)

    assert post(bounced(), secret) == 400
    assert not is_marked()


@pytest.mark.parametrize("method", ["get", "put", "patch", "delete"])
def test_a_request_that_is_no_post_changes_nothing(method: str) -> None:
    assert getattr(Client(), method)(PATH).status_code == 405


@pytest.mark.parametrize("with_secret", [True, False])
@pytest.mark.parametrize(
    "content",
    ["", "x", "[]", "{}", "null", '{"signature": []}', "[" * 100_000, '{"a":' * 40_000, "\udcff"],
    ids=["empty", "word", "list", "object", "null", "odd", "deep", "deep object", "not UTF-8"],
)
def test_content_of_any_shape_is_refused(content: str, with_secret: bool) -> None:
    sign_in = b64encode((SECRET if with_secret else "x:y").encode()).decode()
    answer = Client(raise_request_exception=False).post(
        PATH,
        content.encode(errors="surrogateescape"),
        content_type="application/json",
        HTTP_AUTHORIZATION=f"Basic {sign_in}",
    )

    assert answer.status_code == 400


def test_huge_content_is_refused() -> None:
    answer = Client(raise_request_exception=False).post(
        PATH, "x" * 5_000_000, content_type="application/json"
    )

    assert answer.status_code in (400, 413)


def test_a_recipient_that_no_database_can_hold_is_refused() -> None:
    PatientFactory(email=TO)

    assert post(bounced(recipient="a\x00b@reader.example")) in (200, 400)
    assert not is_marked()


def test_a_report_that_comes_twice_marks_once() -> None:
    PatientFactory(email=TO)
    post(bounced())
    marked_at = Patient.objects.get().undeliverable_since

    assert post(bounced()) == 200
    assert Patient.objects.get().undeliverable_since == marked_at


def test_a_report_of_before_staff_cleared_the_mark_marks_nobody_again(settings: Settings) -> None:
    patient = PatientFactory(email=TO)
    post(bounced())
    settings.CLINIC_CLOCK = datetime.fromtimestamp(1795456800, UTC) + timedelta(minutes=5)
    mark_reachable(patient, by=Actor.system())
    PatientFactory(email=TO.upper())  # somebody who shares the address, on file since

    assert post(bounced()) == 200
    receive_report(undated_report())
    assert marked() == 0
    assert post(bounced(timestamp=1795456800.5 + 600)) == 200
    assert marked() == 2


def test_a_report_of_before_the_address_was_entered_again_marks_nobody() -> None:
    patient = PatientFactory(email=TO)
    data = PatientData(name=patient.name, email="other@reader.example", phone="")
    patient = change_patient(patient, data)
    change_patient(patient, replace(data, email=TO))

    assert post(bounced(timestamp=1695456800.5)) == 200
    assert marked() == 0


def test_where_a_provider_reports_a_mail_that_it_takes_proves_nothing(settings: Settings) -> None:
    appointment = AppointmentFactory(patient__email=TO)
    mail = NotificationFactory(to_email=TO, appointment=appointment)
    set_undeliverable_since(mail, clock.now())
    settings.MAIL_WEBHOOK = "mailgun"
    set_undeliverable_since(mail, None)

    assert is_marked()


def test_the_webhook_exists_only_with_a_provider(settings: Settings, client: Client) -> None:
    settings.ROOT_URLCONF = "clinic.urls"

    assert client.post(PATH).status_code == 404
    assert report_patterns("") == []


@pytest.mark.parametrize(
    ("provider", "secret", "key"),
    [
        ("nobody", SECRET, SIGNING_KEY),
        ("mailgun", "", SIGNING_KEY),
        ("mailgun", "short:one", SIGNING_KEY),
        ("mailgun", "without-a-name-but-long-enough", SIGNING_KEY),
        ("mailgun", SECRET, ""),
    ],
)
def test_insecure_webhook_settings_are_refused(provider: str, secret: str, key: str) -> None:
    with pytest.raises(ImproperlyConfigured):
        anymail_settings(provider, secret, key)


@pytest.mark.parametrize("address", ["bounces", "b@", f"{'b' * 24}@clinic.example"])
def test_a_bounce_address_must_leave_room_for_the_token(address: str) -> None:
    with pytest.raises(ImproperlyConfigured):
        check_bounce_address(address)


def test_valid_or_unset_settings_are_accepted() -> None:
    assert check_bounce_address("") == ""
    assert check_bounce_address(f"{'b' * 23}@clinic.example")
    assert check_mailbox_url("") == ""
    assert check_mailbox_url("imaps://a:b@mail.example/INBOX")
    assert anymail_settings("postmark", SECRET, "") == {"WEBHOOK_SECRET": SECRET}
    with pytest.raises(ImproperlyConfigured):
        check_mailbox_url("imap://a:b@mail.example")
