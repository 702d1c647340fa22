"""What is left of a soak run that failed."""

from pathlib import Path

import pytest

from tests.soak.__main__ import show
from tests.soak.database import SQLite
from tests.soak.run import keep, unexpected_errors
from tests.soak.site import Site

LOG = """\
2026-12-01T04:51:29+0000 ERROR clinic.requests: 409 at POST /desk/schedule/<slug>/: WaitedTooLong
2026-12-01T04:51:30+0000 INFO booking.actions.jobs.job_runs: Job queue-day-lists: 3 done in 0.65 s.
2026-12-01T04:51:31+0000 ERROR clinic.requests: 503 at POST /desk/book/: DatabaseError
2026-12-01T04:52:32+0000 ERROR django.request: 500 at POST /book/: InvalidState at save_draft.py:22
"""


@pytest.fixture
def site(tmp_path: Path) -> Site:
    """A site that was never started, with its log and its database."""
    folder = tmp_path / "site"
    folder.mkdir()
    (folder / "log").write_text(LOG)
    (folder / "clinic.sqlite3").write_text("rows")
    return Site(folder, SQLite(folder))


def test_the_errors_of_a_log_are_those_that_no_fault_explains(site: Site) -> None:
    assert unexpected_errors(site.folder / "log") == [LOG.splitlines()[-1]]


@pytest.mark.parametrize("named", [True, False])
def test_log_and_database_are_kept_in_the_named_folder_or_a_temporary_one(
    site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: bool
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    wanted = tmp_path / "wanted" / "sqlite"
    folder = keep(site, wanted if named else None)

    assert (folder == wanted) == named
    assert tmp_path in folder.parents
    kept = {file.name: file.read_text() for file in folder.iterdir()}
    assert kept["site-log"] == LOG
    assert kept["site-clinic.sqlite3"] == "rows"


def test_a_failed_run_shows_the_errors_of_the_log_and_where_it_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    result = {"figures": {}, "violations": ["POST /book/ answered 500"], "kept": "/tmp/kept"}
    show("sqlite", result | {"errors": ["InvalidState at save_draft.py:22"]})
    printed = capsys.readouterr().out

    assert "LOG: InvalidState at save_draft.py:22" in printed
    assert "/tmp/kept" in printed
