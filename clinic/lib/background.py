"""Run a function in a thread of its own and wait for it for a limited time."""

from collections.abc import Callable
from threading import Lock, Thread
from typing import Generic, TypeVar

from django.db import connection

from clinic.lib.database_wait import wait_limit

Result = TypeVar("Result")
WAIT_SHARE = 0.8
"""The part of the time that the function may wait for the database."""


class TookTooLong(Exception):
    """The function did not end in time."""


class BackgroundCall(Generic[Result]):
    """Calls a function in a thread, because one that hangs cannot be interrupted.

    While it hangs, later calls do not start another one: they wait for the one that runs.
    """

    def __init__(self, function: Callable[[], Result]) -> None:
        self._function = function
        self._starting = Lock()
        self._thread: Thread | None = None
        self._outcome: list[Result | Exception] = []

    def run(self, seconds: float) -> Result:
        """Return the function's result, or raise its error. Raises TookTooLong after `seconds`."""
        with self._starting:
            if self._thread is None or not self._thread.is_alive():
                self._outcome = []
                arguments = (self._outcome, seconds)
                self._thread = Thread(target=self._call, args=arguments, daemon=True)
                self._thread.start()
            thread, outcome = self._thread, self._outcome
        thread.join(seconds)
        if not outcome:
            raise TookTooLong
        if isinstance(outcome[0], Exception):
            raise outcome[0]
        return outcome[0]

    def _call(self, outcome: list[Result | Exception], seconds: float) -> None:
        try:
            with wait_limit(WAIT_SHARE * seconds):
                outcome.append(self._function())
        except Exception as error:  # noqa: BLE001  # raised again where it is waited for
            outcome.append(error)
        finally:
            connection.close()
