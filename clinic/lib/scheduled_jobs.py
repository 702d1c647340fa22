"""What time itself brings: apps name their own jobs, and whoever does due work does them all."""

from collections.abc import Callable, Mapping
from datetime import datetime

Work = Callable[[datetime], int]
"""Does what is due at a moment, and says how much there was. Safe to run twice."""

_jobs: dict[str, Work] = {}


def register(name: str, work: Work) -> None:
    """Called once, when the app is ready."""
    if _jobs.setdefault(name, work) is not work:
        raise ValueError(f"There is due work called {name} already.")


def registered() -> Mapping[str, Work]:
    """Every job, in the order of registration."""
    return dict(_jobs)
