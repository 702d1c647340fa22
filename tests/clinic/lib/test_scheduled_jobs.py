"""Apps name their own jobs; a name stands for one."""

from datetime import datetime

import pytest

from clinic.lib import scheduled_jobs


def nothing(_now: datetime) -> int:
    return 0


def test_a_job_is_registered_once_under_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduled_jobs, "_jobs", {})
    scheduled_jobs.register_job("nothing", nothing)
    scheduled_jobs.register_job("nothing", nothing)
    with pytest.raises(ValueError, match="called nothing already"):
        scheduled_jobs.register_job("nothing", lambda _now: 1)

    assert scheduled_jobs.registered_jobs() == {"nothing": nothing}
