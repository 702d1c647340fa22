"""A registry of scheduled jobs. Apps register theirs; the worker runs all of them every minute."""

from collections.abc import Callable, Mapping
from datetime import datetime

Job = Callable[[datetime], int]
"""Does what is due at an instant and returns how much was done. Must be safe to run twice."""

_jobs: dict[str, Job] = {}


def register_job(name: str, work: Job) -> None:
    """Register a job; called in `AppConfig.ready`. Raises ValueError if the name is taken."""
    if _jobs.setdefault(name, work) is not work:
        raise ValueError(f"There is due work called {name} already.")


def registered_jobs() -> Mapping[str, Job]:
    """Return all jobs by name, in the order of registration."""
    return dict(_jobs)
