"""Errors of the program are recorded by type and place, without anything of what was in them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from ipaddress import ip_network
from unittest.mock import patch

import pytest
from django.db import DatabaseError, IntegrityError, OperationalError, connection, transaction
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from booking.actions.jobs.job_runner import JobRunner
from booking.features.monitoring.actions import errors
from booking.features.monitoring.actions.errors import record_error
from booking.features.monitoring.models import ProgramError
from booking.models import AuditEntry, Role
from booking.registries.error_reports import ErrorSource, report_error
from clinic.lib import scheduled_jobs
from clinic.lib.dates import clock
from clinic.lib.scheduled_jobs import Job, JobFailed
from tests.factories import ClinicProfileFactory
from tests.factories.monitoring import AlertFactory, ProgramErrorFactory
from tests.html import assert_valid, parse, text_of
from tests.people import browser_of, member

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]
MARKER = "zebraflake"
LOOPBACK = ip_network("127.0.0.1")


@pytest.fixture(autouse=True)
def _no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test begins with a process that has recorded nothing."""
    monkeypatch.setattr(errors, "_limiter", errors.RateLimiter())


def raised(error: Exception) -> Exception:
    """The error with a traceback through this function."""
    try:
        raise error
    except Exception as caught:  # noqa: BLE001  # whatever it is
        return caught


def test_an_error_is_recorded_by_type_and_place_without_its_text() -> None:
    record_error(raised(KeyError(MARKER)), ErrorSource.COMMAND)
    row = ProgramError.objects.get()

    assert (row.error_type, row.module, row.function) == ("KeyError", __name__, "raised")
    assert (row.source, row.count, row.first_seen_at) == ("command", 1, clock.now())
    assert MARKER not in str(ProgramError.objects.values())


def test_the_place_is_the_innermost_line_of_our_own_code() -> None:
    def parse() -> None:
        datetime.fromisoformat(MARKER)

    try:
        parse()
    except ValueError as error:
        record_error(error, ErrorSource.REQUEST)

    assert ProgramError.objects.get().function == "parse"


def test_the_same_error_is_one_row_that_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(errors, "PAUSE_SECONDS", 0)
    for _number in range(3):
        record_error(raised(KeyError()), ErrorSource.JOB)

    assert ProgramError.objects.get().count == 3


def test_a_flood_of_errors_is_written_once_in_ten_seconds(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    record_error(raised(KeyError()), ErrorSource.REQUEST)
    with django_assert_num_queries(0):
        for _number in range(50):
            record_error(raised(KeyError()), ErrorSource.REQUEST)
    with patch.object(errors.time, "monotonic", return_value=errors.time.monotonic() + 11):
        record_error(raised(KeyError()), ErrorSource.REQUEST)

    assert ProgramError.objects.get().count == 52


@pytest.mark.parametrize(
    "error",
    [
        JobFailed("The mailbox does not open."),
        OperationalError("server closed the connection unexpectedly"),
    ],
)
def test_what_is_no_fault_of_the_program_is_not_recorded(error: Exception) -> None:
    record_error(raised(error), ErrorSource.JOB)

    assert not ProgramError.objects.exists()


def test_without_a_database_the_log_has_to_do(caplog: pytest.LogCaptureFixture) -> None:
    with patch.object(errors, "_save", side_effect=OperationalError("away")):
        report_error(raised(KeyError(MARKER)), ErrorSource.REQUEST)

    (line,) = caplog.messages
    assert line.startswith(f"Not recorded (OperationalError): KeyError at {__name__}:raised:")


def test_inside_a_broken_transaction_nothing_gets_worse(caplog: pytest.LogCaptureFixture) -> None:
    with transaction.atomic():
        transaction.set_rollback(True)
        record_error(raised(KeyError()), ErrorSource.REQUEST)
        assert connection.in_atomic_block

    assert not ProgramError.objects.exists()
    assert "Not recorded (TransactionManagementError)" in caplog.messages[0]


def test_a_page_that_fails_is_recorded_and_answers_500(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_arguments: object) -> Iterator[None]:
        raise IntegrityError(MARKER)

    monkeypatch.setattr("clinic.site_pages.render", fail)
    answer = Client(raise_request_exception=False).get(f"/about/?q={MARKER}")

    assert answer.status_code == 500
    row = ProgramError.objects.get()
    assert (row.error_type, row.source) == ("django.db.utils.IntegrityError", "request")
    assert MARKER not in str(ProgramError.objects.values())


def test_a_job_that_fails_is_recorded(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_now: datetime) -> int:
        raise LookupError(MARKER)

    monkeypatch.setattr(scheduled_jobs, "_jobs", {"faulty": Job("faulty", "Faulty", fail)})
    JobRunner().run_once()

    row = ProgramError.objects.get()
    assert (row.error_type, row.function, row.source) == ("LookupError", "fail", "job")


def test_old_errors_are_deleted() -> None:
    now = clock.now()
    ProgramErrorFactory(last_seen_at=now - timedelta(days=91))
    kept = ProgramErrorFactory(last_seen_at=now - timedelta(days=89))

    assert errors.delete_old_errors(now) == 1
    assert ProgramError.objects.get() == kept


@pytest.fixture
def owner() -> Client:
    ClinicProfileFactory()
    return browser_of(member(Role.OWNER))


def page(client: Client, path: str = "/desk/monitoring/") -> str:
    return text_of(assert_valid(client.get(path).content.decode()))


def test_the_owner_marks_an_error_and_sees_it_again_when_it_happens_again(
    owner: Client, settings: Settings
) -> None:
    error = ProgramErrorFactory(error_type="KeyError")
    assert "The program had an error that nobody has dealt with." in page(owner, "/desk/")
    answer = owner.post(f"/desk/monitoring/errors/{error.pk}/settle/")

    assert (answer.status_code, answer["Location"]) == (303, "/desk/monitoring/")
    assert "Dealt with (1)" in page(owner)
    assert AuditEntry.objects.filter(details__setting__startswith="Error of the program").exists()

    settings.CLINIC_CLOCK += timedelta(minutes=1)
    ProgramError.objects.update(last_seen_at=clock.now())
    assert "came back after it was dealt with" in page(owner)


def test_the_page_shows_the_alerts_and_how_the_request_came(owner: Client) -> None:
    AlertFactory()
    said = page(owner)

    assert "Backups The newest backup is 3 days old. Make one." in said
    assert "Worker The message worker was never seen." in said
    assert "Your request came to the site without a proxy, from 127.0.0.1." in said


@pytest.mark.parametrize(
    ("trusted", "headers", "sentence"),
    [
        (True, {"x-forwarded-for": "203.0.113.9"}, "this is your request, from 203.0.113.9."),
        (True, {}, "The proxy at 127.0.0.1 does not say whose request this is"),
        (False, {"x-forwarded-for": "203.0.113.9"}, "127.0.0.1 forwards requests, and is not in"),
    ],
)
def test_the_page_judges_the_proxies(
    owner: Client, settings: Settings, trusted: bool, headers: dict[str, str], sentence: str
) -> None:
    settings.TRUSTED_PROXIES = [LOOPBACK] if trusted else []
    page = owner.get("/desk/monitoring/", headers=headers)

    assert sentence in text_of(parse(page.content.decode()))


def test_the_query_count_does_not_depend_on_the_number_of_errors(
    owner: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    ProgramErrorFactory()
    with django_assert_num_queries(13):
        page(owner)
    for _number in range(3):
        ProgramErrorFactory()
    with django_assert_num_queries(13):
        page(owner)


def test_only_errors_of_the_database_itself_are_no_fault() -> None:
    assert errors.is_fault(raised(DatabaseError("a wrong query")))
