"""The faults that are injected in a run. Each ends by itself.

A program that was killed or stopped is started again, as a service manager does; the web server
restarts its own processes. Their start counts as part of the recovery time.
"""

import random
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from tests.soak import processes
from tests.soak.database import PostgreSQL, SQLite
from tests.soak.site import Site, SiteProgram

STALL_SECONDS = (1.0, 3.0)
DOWNTIME_SECONDS = (0.2, 1.5)
Kind = str
KILL, STALL, RESTART = "kill", "stall", "restart"


@dataclass(frozen=True, slots=True)
class Fault:
    """`cause` injects the fault and returns when the fault is over."""

    name: str
    kind: Kind
    cause: Callable[[], None]
    starts_postgresql: bool = False


def list_faults(site: Site, choice: random.Random) -> list[Fault]:
    """Return one fault of each kind for all programs of the site and its database."""
    found = [*_faults_of_programs(site, choice)]
    if isinstance(site.database, PostgreSQL):
        found += _faults_of_postgresql(site.database, choice)
    else:
        found += _faults_of_sqlite(site.database, choice)
    return found


def plan(faults: list[Fault], choice: random.Random) -> Iterator[Fault]:
    """Yield all faults in a random order, then again in another order, without end."""
    while True:
        yield from choice.sample(faults, len(faults))


def _faults_of_programs(site: Site, choice: random.Random) -> Iterator[Fault]:
    for program in site.programs:
        yield Fault(f"{program.name} killed", KILL, lambda program=program: _kill(program, choice))
        yield Fault(
            f"{program.name} stalled", STALL, lambda program=program: _stall(program.pids(), choice)
        )
        yield Fault(f"{program.name} restarted", RESTART, lambda program=program: _restart(program))
    yield Fault("one process of web killed", KILL, lambda: _kill_child(site.web, choice))


def _faults_of_postgresql(database: PostgreSQL, choice: random.Random) -> Iterator[Fault]:
    def kill() -> None:
        processes.kill(database.running)
        _stay_down(choice)
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
    # The server then ends all sessions and recovers, since they share memory.
    yield Fault("a session of postgresql killed", KILL, crash, starts_postgresql=True)
    yield Fault("postgresql stalled", STALL, lambda: _stall(database.pids(), choice))


def _faults_of_sqlite(database: SQLite, choice: random.Random) -> Iterator[Fault]:
    def stall() -> None:
        locker = database.lock()
        time.sleep(choice.uniform(*STALL_SECONDS))
        processes.end(locker)

    def kill() -> None:
        locker = database.lock()
        time.sleep(choice.uniform(*DOWNTIME_SECONDS))
        processes.kill(locker)

    yield Fault("sqlite locked", STALL, stall)
    yield Fault("a writer of sqlite killed", KILL, kill)


def _kill(program: SiteProgram, choice: random.Random) -> None:
    program.kill()
    _stay_down(choice)
    program.start()


def _restart(program: SiteProgram) -> None:
    program.end()
    program.start()


def _kill_child(program: SiteProgram, choice: random.Random) -> None:
    """Kill one of the processes that the web server started."""
    if children := program.pids()[1:]:
        processes.send(signal.SIGKILL, [choice.choice(children)])


def _stall(pids: list[int], choice: random.Random) -> None:
    """Suspend processes for some seconds, as happens on a machine that swaps."""
    processes.send(signal.SIGSTOP, pids)
    try:
        time.sleep(choice.uniform(*STALL_SECONDS))
    finally:
        processes.send(signal.SIGCONT, pids)


def _stay_down(choice: random.Random) -> None:
    time.sleep(choice.uniform(*DOWNTIME_SECONDS))
