"""Functions in child processes: how they end, and that their end is remembered."""

import os
import time
from collections.abc import Callable

import pytest

from clinic.lib.child_process import ChildProcess, Outcome

PATIENCE = 20


def describe(error: Exception) -> str:
    return type(error).__name__


def outcome_of(function: Callable[[], int]) -> list[Outcome | None]:
    """How a function ended, asked three times after its end."""
    child = ChildProcess.start(function, describe)
    until = time.monotonic() + PATIENCE
    while child.poll() is None and time.monotonic() < until:
        time.sleep(0.01)
    return [child.poll() for _ in range(3)]


def test_a_result_arrives_and_can_be_asked_for_again() -> None:
    assert outcome_of(lambda: 7) == 3 * [Outcome(7)]


def test_an_exception_becomes_a_problem_text() -> None:
    assert outcome_of(lambda: 1 // 0) == 3 * [Outcome(problem="ZeroDivisionError")]


def test_a_crash_or_exit_ends_only_the_child() -> None:
    crashed, ended = outcome_of(os.abort), outcome_of(lambda: os._exit(3))
    assert crashed == 3 * [Outcome(problem="Its process was ended by signal 6.")]
    assert ended == 3 * [Outcome(problem="Its process ended with exit code 3.")]


def test_a_killed_child_has_ended_and_says_why() -> None:
    def hang() -> int:
        time.sleep(600)
        return 0

    child = ChildProcess.start(hang, describe)
    assert child.poll() is None
    assert child.kill("too long") == Outcome(problem="too long")
    assert child.poll() == Outcome(problem="too long")
    with pytest.raises(ProcessLookupError):
        os.kill(child.pid, 0)
