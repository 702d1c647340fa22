"""What the browser tests do when their site ends or hangs, with a stand-in for the site."""

import os
import signal
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.servers import site as site_module
from tests.servers.site import LOG, Site, SiteProgram

STAND_IN = """
import http.server, os, pathlib
(pathlib.Path(os.environ["DATA_DIR"]) / "starts").open("a").write(".")
print("it listens", flush=True)
class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", int(os.environ["PORT"])), Handler).serve_forever()
"""


@pytest.fixture
def program(tmp_path: Path) -> Iterator[SiteProgram]:
    started = SiteProgram("stand_in", tmp_path, {})
    started.command = [sys.executable, "-c", STAND_IN]
    started.start()
    yield started
    started.stop()


def starts(folder: Path) -> int:
    return len((folder / "starts").read_text())


def test_a_site_that_is_well_is_left_alone(program: SiteProgram, tmp_path: Path) -> None:
    assert program.mend(thoroughly=True) == ""
    assert starts(tmp_path) == 1


def test_a_site_that_ended_is_started_again_and_reported_once(
    program: SiteProgram, tmp_path: Path
) -> None:
    program.process.kill()
    program.process.wait()

    assert program.mend(thoroughly=False) == (
        "The site ended by itself. It was started again.\nit listens"
    )
    assert program.mend(thoroughly=True) == ""
    assert starts(tmp_path) == 2


def test_a_site_that_hangs_is_started_again_after_a_test_that_failed(
    program: SiteProgram, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(site_module, "ANSWER_SECONDS", 0.5)
    monkeypatch.setattr(site_module, "STOP_PATIENCE", 0.1)
    os.kill(program.process.pid, signal.SIGSTOP)
    assert program.mend(thoroughly=False) == ""
    problem = program.mend(thoroughly=True)

    assert "did not answer. It was started again." in problem
    assert starts(tmp_path) == 2


def test_a_program_of_the_site_that_ended_is_reported_once(
    program: SiteProgram, tmp_path: Path
) -> None:
    with (tmp_path / LOG).open("a") as log:
        log.write("The message worker ended by itself (signal 9) and is started again.\n")

    assert "The message worker ended by itself (signal 9)" in program.mend(thoroughly=False)
    assert program.mend(thoroughly=False) == ""
    assert starts(tmp_path) == 1


class TestRestore:
    @pytest.fixture
    def site(self, tmp_path: Path) -> Site:
        site = Site("http://localhost", tmp_path, SiteProgram("stand_in", tmp_path, {}))
        site.sql("CREATE TABLE rows (value)")
        site.sql("INSERT INTO rows VALUES (1)")
        site.remember()
        return site

    def test_what_was_changed_is_undone_and_the_copy_prepared(self, site: Site) -> None:
        site.sql("INSERT INTO rows VALUES (2)")
        site.restore(prepare=lambda copy: copy.execute("INSERT INTO rows VALUES (3)"))

        assert site.sql("SELECT value FROM rows") == [(1,), (3,)]

    def test_it_waits_for_a_transaction_of_the_site(self, site: Site) -> None:
        """And says so instead of waiting for ever."""
        with closing(sqlite3.connect(site.data / "clinic.sqlite3")) as other:
            other.execute("BEGIN IMMEDIATE")
            other.execute("INSERT INTO rows VALUES (2)")
            with pytest.MonkeyPatch.context() as patch:
                patch.setattr(site_module, "RESTORE_SECONDS", 0.1)
                patch.setattr(site_module, "LOCK_SECONDS", 0.1)
                with pytest.raises(TimeoutError, match="locked"):
                    site.restore()
            other.commit()
        assert site.sql("SELECT value FROM rows") == [(1,), (2,)]

        site.restore()
        assert site.sql("SELECT value FROM rows") == [(1,)]
