"""/healthz and /readyz: what monitoring asks."""

from datetime import timedelta

import pytest
from django.test import Client
from pytest_django import Settings

from booking.actions.notifications.record_heartbeat import record_heartbeat
from booking.queries.notifications.heartbeats import WORKER_NAME

pytestmark = pytest.mark.postgresql


def test_a_process_that_is_up_says_so_without_a_database(client: Client) -> None:
    assert client.get("/healthz").json() == {"status": "ok"}


@pytest.mark.django_db
def test_it_is_ready_when_a_worker_has_been_seen_lately(
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
    assert late.json()["checks"] == {
        "database": "ok", "cache": "ok", "migrations": "ok", "worker": "failed",
    }  # fmt: skip
