"""What time itself brings: apps name their own jobs, and whoever does due work does them all."""

from collections.abc import Callable, Mapping
from datetime import datetime

Job = Callable[[datetime], int]
"""Does what is due at a moment, and says how much there was. Safe to run twice."""

_jobs: dict[str, Job] = {}


def register_job(name: str, work: Job) -> None:
    """Called once, when the app is ready."""
    if _jobs.setdefault(name, work) is not work:
        raise ValueError(f"There is due work called {name} already.")


def registered_jobs() -> Mapping[str, Job]:
    """Every job, in the order of registration."""
    return dict(_jobs)
