"""Waiting for a starting program as long as it makes progress."""

import subprocess
import sys
import time

import pytest

from tests.servers.starting import NotStarted, wait_until

WORKS = "import time\nwhile True: [n for n in range(100000)]"
SLEEPS = "import time; time.sleep(600)"


def started(code: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen([sys.executable, "-c", code])


def test_a_working_program_is_waited_for_longer_than_an_idle_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("tests.servers.starting.WORK", 0.02)  # on a busy machine too
    ready_at = time.monotonic() + 2
    with started(WORKS) as process:
        wait_until(lambda: time.monotonic() > ready_at, process, "It", quiet=1.5)
        process.kill()


def test_an_idle_program_is_given_up() -> None:
    with started(SLEEPS) as process:
        with pytest.raises(NotStarted, match="It was not ready after"):
            wait_until(lambda: False, process, "It", quiet=0.5)
        process.kill()


def test_a_program_that_works_forever_is_given_up() -> None:
    with started(WORKS) as process:
        with pytest.raises(NotStarted, match="It was not ready after"):
            wait_until(lambda: False, process, "It", most=0.5)
        process.kill()


def test_a_program_that_ended_is_reported_at_once() -> None:
    with started("exit(3)") as process, pytest.raises(NotStarted, match="It ended with 3"):
        wait_until(lambda: False, process, "It")
