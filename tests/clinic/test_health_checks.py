"""The health checks /healthz and /readyz."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from threading import Event
from types import SimpleNamespace

import pytest
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from pytest_django import Settings

from booking.actions.notifications.record_heartbeat import record_heartbeat
from booking.queries.notifications.heartbeats import WORKER_NAME
from clinic import __version__, health_checks
from clinic.lib import database_probe
from clinic.lib.database_probe import find_write_problem
from clinic.lib.schema_version import schema_digest
from tests.conftest import MONDAY_NOON
from tests.factories import MailServerStateFactory

pytestmark = pytest.mark.postgresql


def test_healthz_answers_without_a_database(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


@pytest.mark.django_db
def test_readyz_needs_a_recent_heartbeat_of_a_worker(
    client: Client, settings: Settings, frozen_clock: object
) -> None:
    assert client.get("/readyz").status_code == 503
    record_heartbeat(WORKER_NAME, settings.CLINIC_CLOCK)
    ready = client.get("/readyz")
    assert (ready.status_code, ready.json()["status"]) == (200, "ok")
    assert "no-store" in ready["Cache-Control"]

    settings.CLINIC_CLOCK += timedelta(minutes=2)
    late = client.get("/readyz")
    assert late.status_code == 503
    assert late.json() == {
        "status": "not ready",
        "version": __version__,
        "schema": schema_digest(),
        "checks": {
            "database": "ok", "writes": "ok", "migrations": "ok", "worker": "failed", "mail": "ok",
            "cache": "ok",
        },
        "problems": {"worker": "The message worker was last seen 2026-11-23 18:00:00 UTC."},
    }  # fmt: skip


@pytest.mark.django_db
def test_readyz_fails_while_the_code_expects_a_migration_that_is_not_applied(
    client: Client,
) -> None:
    MigrationRecorder(connection).record_unapplied("booking", "0038_erasure")
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["problems"]["migrations"] == (
        "Migrations are missing (1): run manage.py upgrade."
    )


@pytest.mark.django_db
def test_readyz_reports_a_stopped_mail_queue_without_the_reply(
    client: Client, settings: Settings, frozen_clock: object
) -> None:
    settings.EMAIL_URL = "smtp://mail.example"
    record_heartbeat(WORKER_NAME, settings.CLINIC_CLOCK)
    MailServerStateFactory(reply="5.7.1 not from clinic@oak.example")
    answer = client.get("/readyz")

    assert answer.status_code == 503
    assert answer.json()["problems"] == {
        "mail": "The mail server refuses our mails. The desk and manage.py doctor say more."
    }
    assert "oak" not in answer.content.decode()


@pytest.mark.django_db
def test_readyz_reports_an_unreachable_mail_server_after_five_minutes(
    client: Client, settings: Settings, frozen_clock: object
) -> None:
    settings.EMAIL_URL = "smtp://mail.example"
    MailServerStateFactory(status="unavailable")
    assert client.get("/readyz").json()["checks"]["mail"] == "ok"

    settings.CLINIC_CLOCK += timedelta(minutes=5)
    assert client.get("/readyz").json()["checks"]["mail"] == "failed"


@pytest.mark.django_db
def test_a_heartbeat_in_the_future_is_a_fault(client: Client, settings: Settings) -> None:
    settings.CLINIC_CLOCK = MONDAY_NOON + timedelta(days=9)
    record_heartbeat(WORKER_NAME, settings.CLINIC_CLOCK)
    settings.CLINIC_CLOCK = MONDAY_NOON
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["problems"] == {
        "worker": "The message worker was last seen 2026-12-02 18:00:00 UTC, in the future: "
        "a clock was or is wrong. Now is 2026-11-23 18:00:00."
    }


@pytest.mark.django_db
def test_a_database_that_can_be_read_but_not_written_is_not_ready(client: Client) -> None:
    with read_only():
        problems = client.get("/readyz").json()["problems"]
    assert problems["writes"] == "The database is read-only."


@pytest.mark.django_db(transaction=True)
def test_a_full_disk_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    if connection.vendor == "postgresql":
        # The statement raises what PostgreSQL raises when its disk is full.
        statement = "DO $$ BEGIN RAISE EXCEPTION 'No space left' USING ERRCODE = '53100'; END $$"
        monkeypatch.setattr(database_probe, "FILL_DISK", [statement])
    else:
        nothing_free = SimpleNamespace(disk_usage=lambda _path: SimpleNamespace(free=0))
        monkeypatch.setattr(database_probe, "shutil", nothing_free)
        monkeypatch.setattr(Path, "is_file", lambda _path: True)
    assert find_write_problem() in (database_probe.FULL, database_probe.ALMOST_FULL)


@pytest.mark.django_db
def test_a_cache_that_is_away_is_not_ready(client: Client, settings: Settings) -> None:
    dead = {"BACKEND": "tests.booking.doctor.broken.DeadCache"}
    settings.CACHES = {**settings.CACHES, "default": dead}

    assert client.get("/readyz").json()["problems"]["cache"] == "It cannot be reached."


def test_a_hanging_check_does_not_delay_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    released = Event()

    def hang() -> str:
        released.wait(30)
        return ""

    monkeypatch.setattr(health_checks, "MAX_SECONDS", 0.2)
    monkeypatch.setattr(health_checks, "CHECKS", {"quick": lambda: "", "cache": hang})
    begun = time.monotonic()
    answers = [health_checks.readiness(), health_checks.readiness()]
    taken = time.monotonic() - begun
    released.set()
    assert taken < 2
    assert [answer["problems"] for answer in answers] == 2 * [
        {"cache": "This check did not end in time."}
    ]
    assert answers[0]["checks"] == {"quick": "ok", "cache": "failed"}


@contextmanager
def read_only() -> Iterator[None]:
    """Let the database refuse every change, as a server in recovery or a read-only disk does."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL transaction_read_only = on")
            yield
            return
        cursor.execute("PRAGMA query_only = ON")
        try:
            yield
        finally:
            cursor.execute("PRAGMA query_only = OFF")
