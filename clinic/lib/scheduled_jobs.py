"""The registry of scheduled jobs.

An app registers its jobs in `AppConfig.ready`:

    register_job(
        Job(
            "delete-drafts",
            _("Delete drafts that nobody finished"),
            delete_stale_drafts,
            interval=timedelta(hours=1),
        )
    )

The function takes the present instant and returns how many things it did. It must be safe to run
twice, and to end at any point. It opens its own transactions. If something outside the program
keeps it from its work, it raises JobFailed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.functional import Promise

JobFunction = Callable[[datetime], int]


class JobFailed(Exception):
    """A job could not do its work. The text is a sentence for the owner, without personal data."""


@dataclass(frozen=True, slots=True)
class Job:
    """A function that runs again and again, and what the owner reads about it.

    `name` identifies the job in the database and in logs. `title` is what it does, in a few words.
    It runs every `interval`; a run that takes longer than `time_limit` is stopped.
    `describe_result` returns what the owner reads about the last run, instead of a number.
    """

    name: str
    title: str | Promise
    function: JobFunction
    interval: timedelta = timedelta(minutes=1)
    time_limit: timedelta = timedelta(minutes=10)
    describe_result: Callable[[], str] | None = None


_jobs: dict[str, Job] = {}


def register_job(job: Job) -> None:
    """Add a job. Registering it twice adds it once. Raises ValueError if its name is taken."""
    known = _jobs.setdefault(job.name, job)
    if known.function is not job.function:
        raise ValueError(f"There is a job named {job.name} already.")


def registered_jobs() -> list[Job]:
    """Return all jobs, in the order of registration."""
    return list(_jobs.values())


def find_job(name: str) -> Job | None:
    """Return the job with this name, or None, for example if its feature is switched off."""
    return _jobs.get(name)
