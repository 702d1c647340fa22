"""Fixtures of the tests of scheduled jobs."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from clinic.lib import scheduled_jobs
from clinic.lib.scheduled_jobs import Job

AddJob = Callable[..., Job]


@pytest.fixture
def add_job(monkeypatch: pytest.MonkeyPatch) -> AddJob:
    """A function that registers a job in a registry of this test's own."""
    monkeypatch.setattr(scheduled_jobs, "_jobs", {})

    def add(name: str, function: Callable[[datetime], int], **options: Any) -> Job:
        job = Job(name, name.capitalize(), function, **options)
        scheduled_jobs.register_job(job)
        return job

    return add
