"""The registry of scheduled jobs."""

from datetime import datetime

import pytest

from clinic.lib import scheduled_jobs
from clinic.lib.scheduled_jobs import Job, find_job, register_job, registered_jobs


def nothing(_now: datetime) -> int:
    return 0


def test_two_jobs_cannot_have_the_same_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduled_jobs, "_jobs", {})
    job = Job("nothing", "Do nothing", nothing)
    register_job(job)
    register_job(Job("nothing", "Do nothing", nothing))
    with pytest.raises(ValueError, match="nothing"):
        register_job(Job("nothing", "Do something", lambda _now: 1))

    assert registered_jobs() == [job]
    assert (find_job("nothing"), find_job("other")) == (job, None)
