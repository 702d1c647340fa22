"""Everybody who uses the site of a trial: `python -m tests.soak.crowd PORT JOURNAL`.

Each person is a thread, and goes on until the program is asked to stop with SIGTERM; what was
begun is finished.
"""

import random
import signal
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import Protocol

from tests.soak.guests import Guest
from tests.soak.journal import Journal
from tests.soak.staff import FrontDesk, Owner

GUESTS = 5
PAUSES = (0.05, 0.4)
"""Seconds between two things that one person does."""


class Person(Protocol):
    name: str

    def act(self) -> None: ...


def people(port: int, journal: Journal) -> list[Person]:
    guests = [Guest(port, journal, f"guest{number}") for number in range(GUESTS)]
    return [
        *guests,
        FrontDesk(port, journal, "desk1", "frontdesk"),
        FrontDesk(port, journal, "desk2", "owner"),
        Owner(port, journal, "importer", "owner"),
    ]


def live(person: Person, journal: Journal, closing: threading.Event) -> None:
    """Let a person act until the site closes. An error of ours is a breach as well."""
    choice = random.Random(person.name)
    while not closing.is_set():
        try:
            person.act()
        except Exception:  # noqa: BLE001  # whatever it is, the trial must not pass
            journal.breach(person.name, traceback.format_exc(limit=-3))
        time.sleep(choice.uniform(*PAUSES))


def main(port: int, file: Path) -> None:
    journal, closing = Journal(file), threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: closing.set())
    threads = [
        threading.Thread(target=live, args=(person, journal, closing))
        for person in people(port, journal)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
