"""What the crowd was answered, a line of JSON each: requests, events, windows of faults.

Times are of the monotonic clock, which all processes of a machine share.
"""

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

Outcome = Literal["acknowledged", "refused", "unknown"]
"""Unknown: no answer came, or a 503, so that it may have happened or not."""


class Journal:
    """Appends lines to a file. Threads and processes may share the file."""

    def __init__(self, file: Path) -> None:
        self.file = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def request(self, actor: str, request: str, status: int, started: float) -> None:
        """Write down an answer; status 0 if there was none."""
        self._write(
            line="request", actor=actor, request=request, status=status,
            started=started, ended=time.monotonic(),
        )  # fmt: skip

    def event(self, actor: str, about: str, what: str, outcome: Outcome, **facts: Any) -> None:
        """Write down what was asked for an appointment: "booked", "moved", "cancelled"...

        `about` names the appointment by the address of its patient, which nobody else has.
        """
        self._write(line="event", actor=actor, about=about, what=what, outcome=outcome, **facts)

    def fault(self, name: str, **facts: Any) -> None:
        """Write down a fault: `started`, `recovered`, and how long the site took to be `back`."""
        self._write(line="fault", name=name, **facts)

    def breach(self, actor: str, sentence: str) -> None:
        """Write down what must never happen."""
        self._write(line="breach", actor=actor, sentence=sentence)

    def _write(self, **values: Any) -> None:
        os.write(self.file, json.dumps(values).encode() + b"\n")


def read(file: Path) -> Iterator[dict[str, Any]]:
    """Yield the lines of a journal. A last line that was cut off by a kill is left out."""
    if file.exists():
        for line in file.read_text().splitlines():
            try:
                yield json.loads(line)
            except json.JSONDecodeError:
                continue
