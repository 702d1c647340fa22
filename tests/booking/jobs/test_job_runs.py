"""Leases, results and pauses of scheduled jobs."""

import logging
from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from booking.actions.jobs.job_runner import JobRunner
from booking.actions.jobs.job_runs import (
    JobRun,
    lease_next_job,
    record_failure,
    record_success,
    request_run,
)
from booking.models import Patient, ScheduledJob
from booking.queries.jobs import job_states
from clinic.lib.child_process import Outcome
from clinic.lib.dates import clock
from tests.booking.jobs.conftest import AddJob
from tests.factories import PatientFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]
SECRET = "ana@reader.example"


def nothing(_now: datetime) -> int:
    return 0


def faulty(_now: datetime) -> int:
    raise KeyError(SECRET)


def lease() -> JobRun:
    run = lease_next_job()
    assert run is not None
    return run


def row(name: str = "one") -> ScheduledJob:
    return ScheduledJob.objects.get(name=name)


def run_once() -> dict[str, Outcome]:
    return JobRunner().run_once()


def test_a_failing_job_is_rolled_back_and_others_still_run(add_job: AddJob) -> None:
    def half(_now: datetime) -> int:
        PatientFactory()
        raise KeyError(SECRET)

    add_job("faulty", half)
    add_job("sound", lambda _now: 3)

    outcomes = run_once()

    assert {name: outcome.result for name, outcome in outcomes.items()} == {"faulty": 0, "sound": 3}
    assert (row("sound").count, row("sound").failures) == (3, 0)
    assert row("faulty").failures == 1
    assert Patient.objects.count() == 0


def test_other_jobs_run_after_a_database_error(add_job: AddJob) -> None:
    def wrong(_now: datetime) -> int:
        return len(Patient.objects.raw("SELECT * FROM no_such_table"))

    add_job("wrong", wrong)
    add_job("sound", lambda _now: 1)

    assert {name: bool(outcome.problem) for name, outcome in run_once().items()} == {
        "wrong": True, "sound": False,
    }  # fmt: skip


def test_a_failure_is_recorded_without_personal_data(
    add_job: AddJob, caplog: pytest.LogCaptureFixture
) -> None:
    add_job("faulty", faulty)
    with caplog.at_level(logging.INFO):
        run_once()

    assert row("faulty").problem == "A fault in the program (KeyError). The log says where."
    assert "Job faulty: KeyError at " in caplog.text
    assert "test_job_runs.py" in caplog.text
    assert SECRET not in caplog.text


def test_a_job_runs_again_after_its_interval(add_job: AddJob, settings: Settings) -> None:
    add_job("one", nothing, interval=timedelta(hours=1))
    assert set(run_once()) == {"one"}
    settings.CLINIC_CLOCK += timedelta(minutes=59)
    assert run_once() == {}
    settings.CLINIC_CLOCK += timedelta(minutes=1)
    assert set(run_once()) == {"one"}


def test_a_run_a_few_seconds_early_still_runs_the_job(add_job: AddJob, settings: Settings) -> None:
    add_job("one", nothing)
    run_once()
    settings.CLINIC_CLOCK += timedelta(seconds=57)

    assert set(run_once()) == {"one"}


def test_the_pause_grows_with_each_failure_and_a_success_ends_it(
    add_job: AddJob, settings: Settings
) -> None:
    add_job("one", faulty)
    pauses = []
    for _ in range(9):
        run_once()
        pauses.append((row().next_run_at - clock.now()).total_seconds() / 60)
        settings.CLINIC_CLOCK = row().next_run_at
    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]

    run = lease()
    record_success(run, 0)
    assert (row().failures, row().problem != "") == (0, True)


def test_only_one_of_two_runners_gets_a_job(add_job: AddJob) -> None:
    add_job("one", nothing)
    assert lease_next_job() is not None
    assert lease_next_job() is None


def test_a_killed_runners_job_is_taken_over_and_counts_as_a_failure(
    add_job: AddJob, settings: Settings
) -> None:
    add_job("one", nothing)
    dead = lease()
    settings.CLINIC_CLOCK += timedelta(minutes=2)
    alive = lease()

    record_success(dead, 7)  # too late: the lease is another's
    assert row().lease == alive.lease
    assert (row().failures, row().count) == (1, None)
    assert row().problem == "The program that ran it ended before the job did."


def test_a_job_that_keeps_killing_its_runner_is_delayed(
    add_job: AddJob, settings: Settings
) -> None:
    add_job("one", nothing)
    lease()
    settings.CLINIC_CLOCK += timedelta(minutes=2)
    lease()
    settings.CLINIC_CLOCK += timedelta(minutes=2)

    assert lease_next_job() is None
    assert row().failures == 2
    assert row().next_run_at == clock.now() + timedelta(minutes=2)


def test_the_owner_can_ask_for_a_run_now(add_job: AddJob) -> None:
    add_job("one", faulty, interval=timedelta(days=1))
    run_once()
    assert run_once() == {}
    assert request_run("one")
    assert set(run_once()) == {"one"}
    assert not request_run("no-such-job")


def test_a_next_run_planned_by_a_wrong_clock_is_due(add_job: AddJob, settings: Settings) -> None:
    add_job("one", nothing)
    settings.CLINIC_CLOCK += timedelta(days=3)
    run_once()
    settings.CLINIC_CLOCK -= timedelta(days=3)

    assert set(run_once()) == {"one"}
    assert row().next_run_at == clock.now() + timedelta(minutes=1)


def test_a_runner_whose_clock_is_a_little_behind_takes_nothing_over(
    add_job: AddJob, settings: Settings
) -> None:
    add_job("one", nothing)
    run = lease()
    settings.CLINIC_CLOCK -= timedelta(seconds=20)
    assert lease_next_job() is None
    settings.CLINIC_CLOCK += timedelta(seconds=20)
    record_success(run, 0)
    settings.CLINIC_CLOCK -= timedelta(seconds=20)
    assert lease_next_job() is None


def test_a_lease_taken_with_a_wrong_clock_is_taken_over(
    add_job: AddJob, settings: Settings
) -> None:
    add_job("one", nothing)
    settings.CLINIC_CLOCK += timedelta(days=3)
    lease()
    settings.CLINIC_CLOCK -= timedelta(days=3)

    assert lease_next_job() is not None


def test_days_without_a_worker_are_followed_by_one_run(add_job: AddJob, settings: Settings) -> None:
    calls: list[datetime] = []

    def note(now: datetime) -> int:
        calls.append(now)
        return 1

    add_job("one", note)
    run_once()
    settings.CLINIC_CLOCK += timedelta(days=3)
    run_once()
    run_once()

    assert len(calls) == 2


def test_late_and_failing_jobs_are_listed_first(add_job: AddJob, settings: Settings) -> None:
    add_job("one", nothing)
    add_job("two", faulty)
    assert [(state.name, state.row) for state in job_states(clock.now())] == [
        ("one", None),
        ("two", None),
    ]
    run_once()
    states = job_states(clock.now())
    assert [(state.name, state.is_failing, state.is_late) for state in states] == [
        ("two", True, False), ("one", False, False),
    ]  # fmt: skip
    settings.CLINIC_CLOCK += timedelta(hours=1)
    assert [state.is_late for state in job_states(clock.now())] == [True, True]


def test_a_failure_is_recorded_only_under_the_lease(add_job: AddJob, settings: Settings) -> None:
    add_job("one", nothing)
    dead = lease()
    settings.CLINIC_CLOCK += timedelta(minutes=2)
    record_success(lease(), 1)
    record_failure(dead, "too late")

    assert row().failures == 0
