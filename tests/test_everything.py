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


@pytest.mark.parametrize("part", ["lint", "sqlite", "browser", "proxy", "soak"])
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


class TestTriedAgain:
    """A few failed browser tests are tried once more, and a second failure counts."""

    @pytest.fixture
    def runs(self, monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, ...]]:
        """The tests of each further run of pytest, which passes."""
        runs: list[tuple[str, ...]] = []

        def run(_: str, *tests: str, extra: object) -> bool:
            runs.append(tests)
            return True

        monkeypatch.setattr(everything, "pytest", run)
        return runs

    def test_which_tests_failed_is_read_from_the_cache_of_pytest(self, tmp_path: Path) -> None:
        assert everything.failed_tests(tmp_path) == []

        (tmp_path / "v" / "cache").mkdir(parents=True)
        (tmp_path / "v" / "cache" / "lastfailed").write_text('{"b.py::two": true, "a.py::x": true}')
        assert everything.failed_tests(tmp_path) == ["a.py::x", "b.py::two"]

    def test_passing_at_the_second_try_is_told(
        self, runs: list[tuple[str, ...]], capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert everything.pass_when_tried_again(["a.py::x"], {})

        assert runs == [("a.py::x",)]
        assert "Passed at the second try" in capsys.readouterr().out

    def test_a_second_failure_is_a_failure(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(everything, "pytest", lambda *_, **__: False)

        assert not everything.pass_when_tried_again(["a.py::x"], {})

    @pytest.mark.parametrize(
        "tests", [[], ["a.py"], [f"a.py::{n}" for n in range(everything.MAX_TRIED_AGAIN + 1)]]
    )
    def test_many_failures_and_files_that_do_not_load_are_not_tried_again(
        self, tests: list[str], runs: list[tuple[str, ...]]
    ) -> None:
        assert not everything.pass_when_tried_again(tests, {})
        assert runs == []
