"""The faults of a trial. Each brings in order again what it put out of order.

A program that ends is started again, as a service manager does; the web server itself starts its
own processes again. Their time to start is part of the time until the site is back.
"""

import random
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.soak import processes
from tests.soak.database import PostgreSQL, SQLite
from tests.soak.site import Part, Site

STALL_SECONDS = (1.0, 3.0)
AWAY_SECONDS = (0.2, 1.5)
Kind = str
KILL, STALL, RESTART = "kill", "stall", "restart"


@dataclass(frozen=True, slots=True)
class Fault:
    """`cause` puts something out of order and in order again, and returns at that moment."""

    name: str
    kind: Kind
    cause: Callable[[], None]
    starts_postgresql: bool = False


def faults_of(site: Site, choice: random.Random) -> list[Fault]:
    """Return one fault of each sort that the site can have."""
    found = [*_faults_of_parts(site, choice)]
    if isinstance(site.database, PostgreSQL):
        found += _faults_of_postgresql(site.database, choice)
    else:
        found += _faults_of_sqlite(site.database, choice)
    return found


def plan(faults: list[Fault], choice: random.Random) -> Iterator[Fault]:
    """Yield all faults in a random order, then all again in another, for ever."""
    while True:
        yield from choice.sample(faults, len(faults))


def _faults_of_parts(site: Site, choice: random.Random) -> Iterator[Fault]:
    for part in site.parts:
        yield Fault(f"{part.name} killed", KILL, lambda part=part: _kill(part, choice))
        yield Fault(f"{part.name} stalled", STALL, lambda part=part: _stall(part.pids(), choice))
        yield Fault(f"{part.name} restarted", RESTART, lambda part=part: _restart(part))
    yield Fault("one process of web killed", KILL, lambda: _kill_child(site.web, choice))


def _faults_of_postgresql(database: PostgreSQL, choice: random.Random) -> Iterator[Fault]:
    def kill() -> None:
        processes.kill(database.running)
        _be_away(choice)
        database.start()

    def restart() -> None:
        database.stop()
        database.start()

    def crash() -> None:
        if backends := database.backends():
            processes.send(signal.SIGKILL, [choice.choice(backends)])
        database.wait()

    yield Fault("postgresql killed", KILL, kill, starts_postgresql=True)
    yield Fault("postgresql restarted", RESTART, restart, starts_postgresql=True)
    yield Fault("postgresql killed again", KILL, kill, starts_postgresql=True)
    # After that the server ends all sessions and recovers, since they share memory.
    yield Fault("a session of postgresql killed", KILL, crash, starts_postgresql=True)
    yield Fault("postgresql stalled", STALL, lambda: _stall(database.pids(), choice))


def _faults_of_sqlite(database: SQLite, choice: random.Random) -> Iterator[Fault]:
    def stall() -> None:
        locker = database.lock()
        time.sleep(choice.uniform(*STALL_SECONDS))
        processes.end(locker)

    def kill() -> None:
        locker = database.lock()
        time.sleep(choice.uniform(*AWAY_SECONDS))
        processes.kill(locker)

    yield Fault("sqlite locked", STALL, stall)
    yield Fault("a writer of sqlite killed", KILL, kill)


def _kill(part: Part, choice: random.Random) -> None:
    part.kill()
    _be_away(choice)
    part.start()


def _restart(part: Part) -> None:
    part.end()
    part.start()


def _kill_child(part: Part, choice: random.Random) -> None:
    """Kill one of the processes that the web server started."""
    if children := part.pids()[1:]:
        processes.send(signal.SIGKILL, [choice.choice(children)])


def _stall(pids: list[int], choice: random.Random) -> None:
    """Stop processes for a while, as a machine does that swaps or is frozen."""
    processes.send(signal.SIGSTOP, pids)
    try:
        time.sleep(choice.uniform(*STALL_SECONDS))
    finally:
        processes.send(signal.SIGCONT, pids)


def _be_away(choice: random.Random) -> None:
    time.sleep(choice.uniform(*AWAY_SECONDS))
