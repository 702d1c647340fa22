"""The simulated users of a run: `python -m tests.soak.users PORT JOURNAL`.

Each user is a thread that acts until the program gets a SIGTERM, and then completes its last
action.
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
"""The shortest and longest time between two actions of one user, in seconds."""


class User(Protocol):
    name: str

    def act(self) -> None: ...


def make_users(port: int, journal: Journal) -> list[User]:
    guests = [Guest(port, journal, f"guest{number}") for number in range(GUESTS)]
    return [
        *guests,
        FrontDesk(port, journal, "desk1", "frontdesk"),
        FrontDesk(port, journal, "desk2", "owner"),
        Owner(port, journal, "importer", "owner"),
    ]


def act_until_stopped(user: User, journal: Journal, stopping: threading.Event) -> None:
    """Let a user act until the event is set. An exception in this code is a violation too."""
    choice = random.Random(user.name)
    while not stopping.is_set():
        try:
            user.act()
        except Exception:  # noqa: BLE001  # whatever it is, the run must not pass
            journal.violation(user.name, traceback.format_exc(limit=-3))
        time.sleep(choice.uniform(*PAUSES))


def main(port: int, file: Path) -> None:
    journal, stopping = Journal(file), threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    threads = [
        threading.Thread(target=act_until_stopped, args=(user, journal, stopping))
        for user in make_users(port, journal)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
