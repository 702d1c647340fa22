"""The owner's page of scheduled jobs, and its button to run one."""

from datetime import datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from booking.actions.jobs.job_runner import JobRunner
from booking.actions.notifications.record_heartbeat import record_heartbeat
from booking.models import Role, ScheduledJob
from booking.queries.notifications.heartbeats import WORKER_NAME
from clinic.lib.dates import clock
from tests.booking.jobs.conftest import AddJob
from tests.html import assert_valid, text_of
from tests.people import browser_of, member
from tests.scene import make_clinic

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("frozen_clock")]


@pytest.fixture
def owner() -> Client:
    make_clinic()
    return browser_of(member(Role.OWNER))


def page(owner: Client, address: str = "/desk/jobs/") -> str:
    answer = owner.get(address)
    assert answer.status_code == 200
    return text_of(assert_valid(answer.content.decode()))


def faulty(_now: datetime) -> int:
    raise KeyError


def test_each_job_shows_its_last_run_result_and_next_run(owner: Client, add_job: AddJob) -> None:
    add_job("sweep", lambda _now: 3, interval=timedelta(hours=1))
    assert "not run yet" in page(owner)
    JobRunner().run_once()

    said = page(owner)
    assert "Sweep fine" in said
    assert "Last run Mon 23 Nov, 12:00 pm, under a second, 3 done" in said
    assert "Next run Mon 23 Nov, 1:00 pm (every hour)" in said


def test_the_owner_reads_the_version_of_the_site(owner: Client, settings: Settings) -> None:
    settings.VERSION = "7.8.9"

    assert "The site runs version 7.8.9." in page(owner)


def test_a_failing_job_is_listed_first_and_shown_on_today(owner: Client, add_job: AddJob) -> None:
    add_job("sound", lambda _now: 0)
    add_job("faulty", faulty)
    JobRunner().run_once()

    said = page(owner)
    assert said.index("Faulty") < said.index("Sound")
    assert "It failed: A fault in the program (KeyError). The log says where." in said
    assert "A scheduled job fails" in page(owner, "/desk/")


def test_run_now_makes_the_job_due(owner: Client, add_job: AddJob) -> None:
    add_job("sweep", lambda _now: 3, interval=timedelta(days=1))
    JobRunner().run_once()
    answer = owner.post("/desk/jobs/sweep/run/")

    assert (answer.status_code, answer["Location"]) == (303, "/desk/jobs/")
    assert ScheduledJob.objects.get().next_run_at == clock.now()
    assert "“Sweep” runs in a few seconds." in page(owner)
    assert owner.post("/desk/jobs/nonsense/run/").status_code == 404
    assert owner.get("/desk/jobs/sweep/run/").status_code == 405


def test_a_missing_worker_and_a_wrong_clock_are_shown(
    owner: Client, add_job: AddJob, settings: Settings
) -> None:
    assert "No worker is running It was never seen." in page(owner)
    record_heartbeat(WORKER_NAME, clock.now())
    assert "No worker is running" not in page(owner)
    settings.CLINIC_CLOCK -= timedelta(days=3)
    assert "last seen on Mon 23 Nov, in the future" in page(owner)


def test_the_query_count_does_not_depend_on_the_number_of_jobs(
    owner: Client, add_job: AddJob, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    def count(expected: int) -> None:
        JobRunner().run_once()
        with django_assert_num_queries(expected):
            page(owner)

    add_job("one", lambda _now: 0)
    count(8)
    add_job("two", lambda _now: 0)
    add_job("three", faulty)
    count(8)
