"""Apps name their own jobs; a name stands for one."""

from datetime import datetime

import pytest

from clinic.lib import due_work


def nothing(_now: datetime) -> int:
    return 0


def test_a_job_is_registered_once_under_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(due_work, "_jobs", {})
    due_work.register("nothing", nothing)
    due_work.register("nothing", nothing)
    with pytest.raises(ValueError, match="called nothing already"):
        due_work.register("nothing", lambda _now: 1)

    assert due_work.registered() == {"nothing": nothing}
