"""`make test` runs every part, some beside others, and hides no failure."""

import os
from pathlib import Path

import pytest

from tests import everything
from tests.everything import NotRun, main


def missing() -> bool:
    raise NotRun("there is none")


def crashes() -> bool:
    os._exit(1)


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    found: dict[str, object] = dict.fromkeys(everything.PARTS, lambda: True)
    monkeypatch.setattr(everything, "PARTS", found)
    monkeypatch.setattr(everything, "exit_on_sigterm", lambda: None)
    monkeypatch.setenv("DURATIONS_FILE", "")
    monkeypatch.setenv("REQUIRE_ALL", "1")
    return found


def test_all_parts_run(parts: dict[str, object], capfd: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0

    printed = capfd.readouterr().out
    assert [printed.count(f"===== {name} =====") for name in parts] == [1] * len(parts)
    assert printed.count("passed ") == len(parts)


@pytest.mark.parametrize("part", ["lint", "sqlite", "browser", "proxy"])
def test_the_failure_of_any_part_fails_all(parts: dict[str, object], part: str) -> None:
    parts[part] = lambda: False

    assert main([]) == 1


@pytest.mark.parametrize("part", ["lint", "sqlite"])
def test_a_part_that_cannot_run_fails_only_if_all_are_required(
    parts: dict[str, object], part: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    parts[part] = missing
    assert main([]) == 1

    monkeypatch.setenv("REQUIRE_ALL", "0")
    assert main([]) == 0


def test_a_crashed_parallel_part_is_a_failure(parts: dict[str, object]) -> None:
    parts["lint"] = crashes

    assert main([]) == 1


def test_the_slowest_tests_come_last_and_slowest_first(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    times = tmp_path / "durations"
    times.write_text("1.5 tests/a.py::b c (call)\n12.25 tests/d.py::e (setup)\n")

    everything.print_slowest(times)

    lines = capsys.readouterr().out.splitlines()
    assert lines[-2:] == ["   12.2 s  tests/d.py::e (setup)", "    1.5 s  tests/a.py::b c (call)"]
