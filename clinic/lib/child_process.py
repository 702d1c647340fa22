"""Run a function in a child process, so that it can crash or hang without harm to its caller.

The child is a fork: it starts in a few milliseconds and has everything that is loaded. It gets no
database connection of its parent's; the caller closes its own before (`ChildProcess.start` does).
"""

import json
import os
import select
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import NoReturn, Self

from django.db import connections

from clinic.lib.parent_death import die_with_parent

READ_BYTES = 65_536
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a child ended: with a result, or with a problem in words."""

    result: int = 0
    problem: str = ""


class ChildProcess:
    """A function that runs in a child process, and returns a number."""

    def __init__(self, pid: int, pipe: int) -> None:
        self.pid = pid
        self.started = time.monotonic()
        self._pipe = pipe
        self._answer = b""
        self._ended: Outcome | None = None

    @classmethod
    def start(cls, function: Callable[[], int], describe: Callable[[Exception], str]) -> Self:
        """Start the function. `describe` turns an exception of it into the problem.

        Closes the database connections of this thread: a fork must not share them. They open
        again when they are next used.
        """
        connections.close_all()
        receiver, sender = os.pipe()
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            die_with_parent(parent, signal.SIGKILL)
            os.close(receiver)
            _run_and_exit(function, describe, sender)
        os.close(sender)
        return cls(pid, receiver)

    @property
    def seconds(self) -> float:
        """How long it has been running."""
        return time.monotonic() - self.started

    def poll(self) -> Outcome | None:
        """Return how the child ended, or None while it runs. Never waits; may be asked again."""
        if self._ended is not None:
            return self._ended
        self._read()
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        if pid == 0:
            return None
        self._read()
        self._close_pipe()
        self._ended = self._outcome(status)
        return self._ended

    def terminate(self) -> None:
        """Ask the child to end, by SIGTERM."""
        if self._ended is None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGTERM)

    def kill(self, problem: str) -> Outcome:
        """End the child at once, and wait until it is gone. Return the outcome, with `problem`.

        A child that has ended keeps its own outcome.
        """
        if self._ended is not None:
            return self._ended
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        with suppress(ChildProcessError):
            os.waitpid(self.pid, 0)
        self._close_pipe()
        self._ended = Outcome(problem=problem)
        return self._ended

    def _read(self) -> None:
        """Read what the child has written so far."""
        while self._pipe >= 0 and select.select([self._pipe], [], [], 0)[0]:
            received = os.read(self._pipe, READ_BYTES)
            if not received:
                self._close_pipe()
            self._answer += received

    def _close_pipe(self) -> None:
        if self._pipe >= 0:
            os.close(self._pipe)
            self._pipe = -1

    def _outcome(self, status: int) -> Outcome:
        code = os.waitstatus_to_exitcode(status)
        if code < 0:
            return Outcome(problem=f"Its process was ended by signal {-code}.")
        try:
            answer = json.loads(self._answer)
        except ValueError:
            return Outcome(problem=f"Its process ended with exit code {code}.")
        return Outcome(int(answer["result"]), str(answer["problem"]))


def _run_and_exit(
    function: Callable[[], int], describe: Callable[[Exception], str], sender: int
) -> NoReturn:
    """Run the function, send its result through the pipe, and end this process."""
    for sign in STOP_SIGNALS:
        signal.signal(sign, signal.SIG_DFL)
    result, problem = 0, ""
    try:
        result = function()
        connections.close_all()
    except Exception as error:  # noqa: BLE001  # whatever it is, the parent gets to know
        problem = describe(error)
    except BaseException:  # noqa: BLE001  # such as SystemExit: without an answer
        os._exit(1)
    os.write(sender, json.dumps({"result": result, "problem": problem}).encode())
    os._exit(0)
