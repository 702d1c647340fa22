"""`make test-dates` says for each day and part what was run, and hides no failure."""

import subprocess
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests import dates
from tests.servers.faketime import environment_on, only_faketime, shift_seconds, without_faketime

LIBRARY = Path("/usr/lib/libfaketimeMT.so.1")


@pytest.fixture(autouse=True)
def one_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dates, "find_library", lambda: LIBRARY)
    monkeypatch.setenv("DAYS_ONLY", "2028")


@pytest.fixture
def part_writes(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, int], None]:
    """Set what a part writes about its tests, and its exit code."""

    def prepare(text: str, code: int) -> None:
        def run(_command: list[str], *, env: dict[str, str], **_options: object) -> SimpleNamespace:
            if text:
                Path(env["RESULTS_FILE"]).write_text(text)
            return SimpleNamespace(returncode=code)

        monkeypatch.setattr(subprocess, "run", run)

    return prepare


def test_the_table_counts_what_was_run_and_names_what_failed(
    part_writes: Callable[[str, int], None], capsys: pytest.CaptureFixture[str]
) -> None:
    part_writes("passed tests/a.py::b\npassed a.py::c\nfailed a.py::d e\nskipped a.py::f\n", 1)

    assert dates.main(["sqlite"]) == 1

    lines = capsys.readouterr().out.splitlines()
    row = next(line.split() for line in lines if line.startswith("2028-02-29T12:00  "))
    assert row == ["2028-02-29T12:00", "sqlite", "3", "2", "1", "1", "FAILED"]
    assert lines[-1] == "FAILED on 2028-02-29T12:00: a.py::d e"


def test_every_part_with_tests_runs_unless_some_are_named(
    part_writes: Callable[[str, int], None], capsys: pytest.CaptureFixture[str]
) -> None:
    part_writes("passed a.py::b\n", 0)

    assert dates.main([]) == 0

    rows = [line.split() for line in capsys.readouterr().out.splitlines()]
    table = {row[1] for row in rows if row[2:] == ["1", "1", "0", "0"]}
    assert table == {"sqlite", "postgresql", "browser", "proxy"}


def test_a_part_that_ends_before_its_tests_is_a_failure(
    part_writes: Callable[[str, int], None], capsys: pytest.CaptureFixture[str]
) -> None:
    part_writes("", 1)

    assert dates.main(["postgresql"]) == 1
    assert "postgresql  not run  FAILED" in capsys.readouterr().out


def test_a_day_that_is_not_in_the_list_is_a_failure(
    part_writes: Callable[[str, int], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    part_writes("passed a.py::b\n", 0)
    monkeypatch.setenv("DAYS_ONLY", "2030")

    assert dates.main(["sqlite"]) == 1


def test_the_clock_of_a_program_is_shifted_or_left_alone() -> None:
    shifted = environment_on("2028-02-29T12:00", LIBRARY)

    assert shift_seconds(shifted) != shift_seconds({}) == 0
    assert {*only_faketime(shifted)} == {*shifted} - {*without_faketime(shifted)}
    assert only_faketime(shifted)["LD_PRELOAD"] == str(LIBRARY)
    assert without_faketime({"LD_PRELOAD": "another.so"}) == {"LD_PRELOAD": "another.so"}
