"""/metrics: measures from the database for whoever has the token."""

import time
from datetime import timedelta
from threading import Event
from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families
from pytest_django import DjangoAssertNumQueries, Settings

from booking.actions.notifications.record_heartbeat import record_heartbeat
from booking.features.backups.models import BackupRun
from booking.queries.notifications.heartbeats import WORKER_NAME
from clinic import metrics
from clinic.lib.background import BackgroundCall, TookTooLong
from clinic.lib.dates import clock
from clinic.serving import LimitedApplication, RequestQueue
from tests.booking.features.backups.places import add_run
from tests.factories import AppointmentFactory, NotificationFactory, PatientFactory
from tests.factories.monitoring import AlertFactory, ProgramErrorFactory
from tests.jobs import run_all_jobs

pytestmark = pytest.mark.postgresql
TOKEN = "0123456789abcdef0123456789abcdef"
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture
def token(settings: Settings) -> None:
    settings.METRICS_TOKEN = TOKEN


def scrape(client: Client) -> dict[str, float]:
    """The measures by name and labels."""
    answer = client.get("/metrics", headers=BEARER)
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=0.0.4")
    assert answer["Cache-Control"] == "no-store"
    return {
        " ".join([sample.name, *(f"{k}={v}" for k, v in sorted(sample.labels.items()))]): (
            sample.value
        )
        for family in text_string_to_metric_families(answer.content.decode())
        for sample in family.samples
    }


@pytest.mark.parametrize("authorization", ["", TOKEN, "Bearer ", "Bearer wrong", f"Basic {TOKEN}"])
@pytest.mark.usefixtures("token")
def test_without_the_token_nothing_is_shown(client: Client, authorization: str) -> None:
    answer = client.get("/metrics", headers={"Authorization": authorization})

    assert (answer.status_code, answer.content) == (401, b"Metrics need the token.\n")
    assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("authorization", ["", "Bearer ", f"Bearer {TOKEN}"])
def test_without_the_setting_there_is_no_such_page(client: Client, authorization: str) -> None:
    assert client.get("/metrics", headers={"Authorization": authorization}).status_code == 404


@pytest.mark.django_db
@pytest.mark.usefixtures("token", "frozen_clock")
def test_the_measures_are_read_from_the_database(client: Client) -> None:
    now = clock.now()
    NotificationFactory(due_at=now - timedelta(minutes=3))
    NotificationFactory(due_at=now + timedelta(days=1))
    NotificationFactory(status="failed")
    AppointmentFactory()
    AppointmentFactory(held=True)
    record_heartbeat(WORKER_NAME, now)
    add_run(BackupRun.Kind.BACKUP, timedelta(hours=5))
    ProgramErrorFactory(count=7)
    AlertFactory()
    measures = scrape(client)

    assert measures["clinic_mails state=due"] == 1
    assert measures["clinic_mails state=later"] == 1
    assert measures["clinic_mails state=undeliverable"] == 1
    assert measures["clinic_oldest_due_mail_seconds"] == 180
    assert measures["clinic_mail_server state=ok"] == 1
    assert measures["clinic_coming_appointments status=booked"] == 1
    assert measures["clinic_live_holds"] == 1
    assert measures["clinic_worker_seen_timestamp_seconds"] == now.timestamp()
    assert measures["clinic_backup_timestamp_seconds"] == (now - timedelta(hours=5)).timestamp()
    assert measures["clinic_program_errors"] == 7
    assert measures["clinic_unsettled_program_errors"] == 1
    assert measures["clinic_alert check=backups"] == 1
    (info,) = [name for name in measures if name.startswith("clinic_info")]
    assert "database=" in info
    assert "version=" in info


@pytest.mark.django_db
@pytest.mark.usefixtures("token", "frozen_clock")
def test_jobs_and_the_verification_are_measured(client: Client) -> None:
    run_all_jobs()
    measures = scrape(client)

    assert measures["clinic_bookings_verified_timestamp_seconds"] == clock.now().timestamp()
    assert measures["clinic_booking_faults"] == 0


@pytest.mark.django_db
@pytest.mark.usefixtures("token", "frozen_clock")
def test_nothing_personal_is_shown_and_the_query_count_is_fixed(
    client: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(3):
        patient = PatientFactory(name=f"Zebra {number}", email=f"zebra{number}@mail.example")
        AppointmentFactory(patient=patient, patient_note="zebra knee")
        NotificationFactory(to_email=f"zebra{number}@mail.example")
        ProgramErrorFactory(error_type="ZebraError")
    with django_assert_max_num_queries(15):
        answer = client.get("/metrics", headers=BEARER)

    assert answer.status_code == 200
    assert "zebra" not in answer.content.decode().lower()


@pytest.mark.usefixtures("token")
def test_without_a_database_it_is_503_and_plain() -> None:
    def site(_environ: object, _start: object) -> list[bytes]:
        raise AssertionError("It is answered before the site.")

    started: list[object] = []
    application = LimitedApplication(site, seconds=1, queue=RequestQueue())
    environ = {
        "PATH_INFO": "/metrics", "REQUEST_METHOD": "GET",
        "HTTP_AUTHORIZATION": f"Bearer {TOKEN}",
    }  # fmt: skip
    away = BackgroundCall[bytes](lambda: raise_error(OperationalError("away")))
    with patch.object(metrics, "_background", away):
        body = application(environ, lambda *arguments: started.append(arguments))

    assert b"".join(body) == b"The database does not answer.\n"
    assert str(started[0]).startswith("('503 ")


def raise_error(error: Exception) -> bytes:
    raise error


def test_a_database_that_hangs_does_not_delay_the_answer() -> None:
    released, calls = Event(), []

    def hang() -> int:
        calls.append(1)
        released.wait(30)
        return 7

    call, begun = BackgroundCall(hang), time.monotonic()
    for _number in range(2):
        with pytest.raises(TookTooLong):
            call.run(0.1)
    released.set()

    assert time.monotonic() - begun < 5
    assert calls == [1]
