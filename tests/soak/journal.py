"""A file of JSON lines: the requests and events of the users, and the faults.

Times are seconds of the monotonic clock, which all processes of a machine share.
"""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

Outcome = Literal["acknowledged", "refused", "unknown"]
"""Unknown: the answer was a 503 or none came, so the change may have been made or not."""


class Journal:
    """Appends lines to a file. Threads and processes may share the file."""

    def __init__(self, file: Path) -> None:
        self.file = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def request(self, actor: str, request: str, status: int, started: float) -> None:
        """Record a request; status 0 if no answer came."""
        self._write(
            line="request", actor=actor, request=request, status=status,
            started=started, ended=time.monotonic(),
        )  # fmt: skip

    def event(self, actor: str, about: str, what: str, outcome: Outcome, **facts: Any) -> None:
        """Record a change of an appointment: "booked", "moved", "cancelled" or "arrived".

        `about` is the e-mail address of the patient, who has no other appointment.
        """
        self._write(line="event", actor=actor, about=about, what=what, outcome=outcome, **facts)

    def fault(self, name: str, **facts: Any) -> None:
        """Record a fault: `started`, `recovered`, and the seconds `allowed` until recovery."""
        self._write(line="fault", name=name, **facts)

    def violation(self, actor: str, message: str) -> None:
        """Record that a rule was violated."""
        self._write(line="violation", actor=actor, message=message)

    def _write(self, **values: Any) -> None:
        os.write(self.file, json.dumps(values).encode() + b"\n")


def read(file: Path) -> Iterator[dict[str, Any]]:
    """Yield the lines of a journal, except one that was cut off when its writer was killed."""
    if file.exists():
        for line in file.read_text().splitlines():
            try:
                yield json.loads(line)
            except json.JSONDecodeError:
                continue
