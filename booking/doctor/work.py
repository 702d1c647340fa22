"""The worker, the scheduled jobs, and the clocks that they go by."""

from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from booking.actions.jobs.times_from_future import count_times_from_future
from booking.models import ClinicProfile
from booking.queries.jobs import JobState, job_states
from booking.queries.notifications.heartbeats import find_worker_problem
from clinic.lib.database_clock import find_clock_problem
from clinic.lib.dates import clock

MANY_FAILURES = 3
"""How often in a row a job has failed when the owner is alerted."""
MAX_TZDATA_AGE = 1
"""Years: governments change the rules several times a year."""


def check_worker() -> Iterator[tuple[bool, str]]:
    """Check that a worker was seen lately."""
    problem = find_worker_problem(clock.now())
    yield (
        not problem,
        f"{problem} Start: manage.py deliver_messages --loop"
        if problem
        else "The worker is alive.",
    )


def check_jobs() -> Iterator[tuple[bool, str]]:
    """Name the scheduled jobs that failed once or twice."""
    states = job_states(clock.now())
    for state in states:
        if state.is_failing and state.row is not None and state.row.failures < MANY_FAILURES:
            yield False, _failure(str(state.title), state.row.failures, state.row.problem)
    yield True, f"{len(states)} scheduled jobs are registered."


def check_late_jobs() -> Iterator[tuple[bool, str]]:
    """Check that somebody runs the scheduled jobs."""
    yield from find_late_jobs(job_states(clock.now()))


def find_late_jobs(states: Iterable[JobState]) -> Iterator[tuple[bool, str]]:
    """Yield what is wrong if some of these jobs are overdue."""
    late = [str(state.title) for state in states if state.is_late]
    if late:
        yield (
            False,
            f"{len(late)} scheduled jobs are overdue, such as “{late[0]}”. Start the worker again "
            "(manage.py deliver_messages --loop) or run: manage.py run_due_work",
        )


def check_failing_jobs() -> Iterator[tuple[bool, str]]:
    """Name the jobs that have failed several times in a row."""
    for state in job_states(clock.now()):
        if state.row is not None and state.row.failures >= MANY_FAILURES:
            yield False, _failure(str(state.title), state.row.failures, state.row.problem)


def _failure(title: str, failures: int, problem: str) -> str:
    return (
        f"The job “{title}” failed {failures} times in a row: {problem} It is tried again by "
        "itself; the page of the jobs (/desk/jobs/) and the log say more."
    )


def check_clocks() -> Iterator[tuple[bool, str]]:
    """Check the clocks of machine and database, times in the future, and time zone rules."""
    problem = find_clock_problem()
    yield (
        not problem,
        f"{problem} Synchronize both with a time server (Debian: systemd-timesyncd)."
        if problem
        else "The clocks of this machine and of the database agree.",
    )
    for name, count in count_times_from_future(clock.now()).items():
        yield (
            False,
            f"A clock was ahead: {name} that end later than they can: {count}. The worker releases "
            "them within a minute.",
        )


def check_time_zones() -> Iterator[tuple[bool, str]]:
    """Check that the clinic's time zone is known, and that the rules are not too old."""
    how = "Run: python -m pip install --upgrade tzdata"
    clinic = ClinicProfile.current()
    if clinic is not None:
        try:
            ZoneInfo(clinic.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            yield False, f"The time zone {clinic.time_zone} is not known here. {how}"
    try:
        release = version("tzdata")
    except PackageNotFoundError:
        yield False, f"The rules of time zones are not installed. {how}"
        return
    is_old = int(release.split(".")[0]) < clock.now().year - MAX_TZDATA_AGE
    yield not is_old, f"The rules of time zones are of {release}." + (f" {how}" if is_old else "")
