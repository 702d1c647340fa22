"""The web server while its database is stalled, locked, read-only or gone, with real servers."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg2
import pytest
from django.core.management import call_command
from django.db import connection
from pytest_django import DjangoDbBlocker

from booking.models import Appointment, Option, Therapist
from tests.scene import make_weekday_clinic
from tests.servers.postgres import copy_database, find_binaries, frozen, private_postgres
from tests.servers.web import Answer, WebServer, web_server

pytestmark = [
    pytest.mark.postgresql,
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="the server must be another"),
]
WAIT_SECONDS = 2
MAX_SECONDS = WAIT_SECONDS + 3
"""The limit that the server is given, and some time for a busy machine."""
CROWD = 90


@pytest.fixture(scope="module")
def server(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """The URL of a PostgreSQL of this module's own, with a clinic in it.

    The clinic is in the tests' database too, so that a test can read its primary keys.
    """
    binaries = find_binaries()
    assert binaries is not None
    with django_db_blocker.unblock():
        make_weekday_clinic(therapists=3, rooms=3)
        settings = connection.settings_dict
        connection.close()
        try:
            with private_postgres(binaries) as url:
                copy_database(binaries, str(settings["NAME"]), settings, url)
                yield url
        finally:
            call_command("flush", interactive=False, verbosity=0)


@pytest.fixture(scope="module")
def web(server: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[WebServer]:
    with web_server(
        tmp_path_factory.mktemp("web"),
        DATABASE_URL=server,
        DATABASE_WAIT_SECONDS=str(WAIT_SECONDS),
    ) as running:
        yield running


@contextmanager
def read_only(url: str) -> Iterator[None]:
    """Let the clinic's database take no writes within this block."""
    change_database(url, "SET default_transaction_read_only = on")
    yield
    change_database(url, "RESET default_transaction_read_only")


def change_database(url: str, change: str) -> None:
    """Change a setting of the clinic's database, and close all connections to it."""
    with closing(psycopg2.connect(url)) as own:
        own.autocommit = True
        cursor = own.cursor()
        cursor.execute("SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE")
        cursor.execute(f"ALTER DATABASE clinic {change}")
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            " AND datname = 'clinic'"
        )


@pytest.fixture
def sql(server: str) -> Iterator[Callable[[], Any]]:
    """A function that returns a cursor of a new connection, which ends with the test."""
    with ExitStack() as opened:
        yield lambda: opened.enter_context(closing(psycopg2.connect(server))).cursor()


def choose_time(web: WebServer) -> Answer:
    """Choose the first free time of the next days."""
    first = datetime.now(UTC).date() + timedelta(days=1)
    days = f"from={first}&to={first + timedelta(days=6)}"
    found = web.get(f"/api/slots?treatment=swedish&minutes=60&{days}").json()
    start = found["days"][0]["slots"][0]["starts_at"]
    page = web.get("/book/swedish/").text
    data = {"option": Option.objects.get().pk, "therapist": "", "start": start}
    return web.post("/book/swedish/", data, page)


def choose_time_in_thread(web: WebServer) -> Answer:
    """Choose a time, and close the connection that this thread has to the tests' database."""
    try:
        return choose_time(web)
    finally:
        connection.close()


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
    assert page.seconds < MAX_SECONDS
    assert (answer.status, list(answer.json())) == (400, ["error"]) or answer.status == 503
    assert (ready.status, ready.json()["problems"]["database"]) == (
        503, "The database does not answer.",
    )  # fmt: skip
    assert ready.seconds < 4
    assert [answer.status for answer in health] == [200, 200, 200]
    assert min(answer.seconds for answer in health) < 1
    assert {answer.status for answer in answers} == {503}
    assert max(answer.seconds for answer in answers) < MAX_SECONDS + 1
    assert [answer.status for answer in back] == [200, 200, 200]
    assert not [line for line in web.log_lines() if "Traceback" in line]


def test_a_booking_waits_for_locks_within_its_time_limit(
    sql: Callable[[], Any], web: WebServer
) -> None:
    lock = sql()
    lock.execute("SELECT id FROM booking_therapist FOR UPDATE")
    busy = choose_time(web)
    lock.connection.rollback()
    free = choose_time(web)

    assert (busy.status, busy.seconds < MAX_SECONDS) == (409, True)
    assert "This is being changed by somebody else right now." in busy.text
    assert free.status == 303


def test_waits_for_several_locks_do_not_add_up(sql: Callable[[], Any], web: WebServer) -> None:
    locks = [sql() for _ in Therapist.objects.all()]
    for lock, therapist in zip(locks, Therapist.objects.all(), strict=True):
        lock.execute("SELECT id FROM booking_therapist WHERE id = %s FOR UPDATE", [therapist.pk])
    with ThreadPoolExecutor(1) as threads:
        booking = threads.submit(choose_time_in_thread, web)
        for lock in locks:
            time.sleep(1.2)
            lock.connection.rollback()
        answer = booking.result()

    assert (answer.status, answer.seconds < MAX_SECONDS) == (409, True)


def test_a_read_only_database_is_reported_to_patients_and_monitoring(
    server: str, web: WebServer
) -> None:
    assert choose_time(web).status == 303
    with read_only(server):
        web.get("/")  # finds its connection closed
        page, ready = choose_time(web), web.get("/readyz")

    assert (page.status, page.headers["Retry-After"]) == (503, "300")
    assert "Please call us instead." in page.text
    assert ready.json()["problems"]["writes"] == "The database is read-only."
    assert len([line for line in web.log_lines() if "503 at POST" in line]) == 1
    assert not [line for line in web.log_lines() if "Traceback" in line]


def test_concurrent_requests_use_at_most_eight_connections(
    sql: Callable[[], Any], web: WebServer
) -> None:
    with ThreadPoolExecutor(40) as threads:
        statuses = {answer.status for answer in threads.map(web.get, 120 * ["/treatments/"])}
    count = sql()
    count.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = 'clinic' AND pid <> pg_backend_pid()"
    )

    assert 200 in statuses
    assert statuses <= {200, 503}  # a machine that is busy with other things sends some away
    assert count.fetchone()[0] <= 8
    assert Appointment.objects.count() == 0
