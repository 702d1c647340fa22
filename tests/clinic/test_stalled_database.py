"""The web server while its database is stalled, locked, read-only or gone, with real servers."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg2
import pytest
from django.db import connection

from booking.models import Appointment, Option, Therapist
from tests.scene import make_weekday_clinic
from tests.servers.postgres import copy_database, find_binaries, frozen, private_postgres
from tests.servers.web import Answer, WebServer, web_server

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="the server must be another"),
]
WAIT_SECONDS = 2
MOST_SECONDS = WAIT_SECONDS + 3
"""The limit that the server is given, and some time for a busy machine."""
CROWD = 90


@pytest.fixture
def server(transactional_db: None) -> Iterator[str]:
    """The URL of a PostgreSQL of this test's own, with a clinic in it."""
    make_weekday_clinic(therapists=3, rooms=3)
    binaries = find_binaries()
    assert binaries is not None
    with private_postgres(binaries) as url:
        settings = connection.settings_dict
        connection.close()
        copy_database(binaries, str(settings["NAME"]), settings, url)
        yield url


@pytest.fixture
def web(server: str, tmp_path: Path) -> Iterator[WebServer]:
    with web_server(
        tmp_path, DATABASE_URL=server, DATABASE_WAIT_SECONDS=str(WAIT_SECONDS)
    ) as running:
        yield running


def sql(url: str) -> Any:
    return psycopg2.connect(url).cursor()


def choose_time(web: WebServer) -> Answer:
    """Choose the first free time of the next days."""
    first = datetime.now(UTC).date() + timedelta(days=1)
    days = f"from={first}&to={first + timedelta(days=6)}"
    found = web.get(f"/api/slots?treatment=swedish&minutes=60&{days}").json()
    start = found["days"][0]["slots"][0]["starts_at"]
    page = web.get("/book/swedish/").text
    data = {"option": Option.objects.get().pk, "therapist": "", "start": start}
    return web.post("/book/swedish/", data, page)


def test_pages_answer_in_time_during_a_database_stall_and_recover(
    server: str, web: WebServer
) -> None:
    assert web.get("/").status == 200
    with frozen(server):
        page, answer = web.get("/"), web.get("/api/slots?treatment=swedish&minutes=60")
        ready = web.get("/readyz")
        with ThreadPoolExecutor(CROWD) as threads:
            crowd = [threads.submit(web.get, "/treatments/") for _ in range(CROWD)]
            time.sleep(0.5)
            health = [web.get("/healthz", host="10.0.0.7") for _ in range(3)]
            answers = [future.result() for future in crowd]
    back = [web.get("/") for _ in range(3)]

    assert (page.status, page.headers["Retry-After"]) == (503, "30")
    assert page.seconds < MOST_SECONDS
    assert (answer.status, list(answer.json())) == (400, ["error"]) or answer.status == 503
    assert (ready.status, ready.json()["problems"]["database"]) == (
        503, "The database does not answer.",
    )  # fmt: skip
    assert ready.seconds < 4
    assert [answer.status for answer in health] == [200, 200, 200]
    assert min(answer.seconds for answer in health) < 1
    assert {answer.status for answer in answers} == {503}
    assert max(answer.seconds for answer in answers) < MOST_SECONDS + 1
    assert [answer.status for answer in back] == [200, 200, 200]
    assert not [line for line in web.log_lines() if "Traceback" in line]


def test_a_booking_waits_for_locks_within_its_time_limit(server: str, web: WebServer) -> None:
    lock = sql(server)
    lock.execute("SELECT id FROM booking_therapist FOR UPDATE")
    busy = choose_time(web)
    lock.connection.rollback()
    free = choose_time(web)

    assert (busy.status, busy.seconds < MOST_SECONDS) == (409, True)
    assert "This is being changed by somebody else right now." in busy.text
    assert free.status == 303


def test_waits_for_several_locks_do_not_add_up(server: str, web: WebServer) -> None:
    locks = [sql(server) for _ in Therapist.objects.all()]
    for lock, therapist in zip(locks, Therapist.objects.all(), strict=True):
        lock.execute("SELECT id FROM booking_therapist WHERE id = %s FOR UPDATE", [therapist.pk])
    with ThreadPoolExecutor(1) as threads:
        booking = threads.submit(choose_time, web)
        for lock in locks:
            time.sleep(1.2)
            lock.connection.rollback()
        answer = booking.result()

    assert (answer.status, answer.seconds < MOST_SECONDS) == (409, True)


def test_a_read_only_database_is_reported_to_patients_and_monitoring(
    server: str, web: WebServer
) -> None:
    assert choose_time(web).status == 303
    change = sql(server)
    change.connection.autocommit = True
    change.execute("ALTER DATABASE clinic SET default_transaction_read_only = on")
    change.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
        " AND datname = 'clinic'"
    )
    web.get("/")  # finds its connection closed
    page, ready = choose_time(web), web.get("/readyz")

    assert (page.status, page.headers["Retry-After"]) == (503, "300")
    assert "Please call us instead." in page.text
    assert ready.json()["problems"]["writes"] == "The database is read-only."
    assert len([line for line in web.log_lines() if "503 at POST" in line]) == 1
    assert not [line for line in web.log_lines() if "Traceback" in line]


def test_concurrent_requests_use_at_most_eight_connections(server: str, web: WebServer) -> None:
    with ThreadPoolExecutor(40) as threads:
        statuses = {answer.status for answer in threads.map(web.get, 120 * ["/treatments/"])}
    count = sql(server)
    count.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = 'clinic' AND pid <> pg_backend_pid()"
    )

    assert 200 in statuses
    assert statuses <= {200, 503}  # a machine that is busy with other things sends some away
    assert count.fetchone()[0] <= 8
    assert Appointment.objects.count() == 0
