"""`make run`: start the demo, watch its processes, and stop all of them together.

A shell's `worker & server` leaves the worker running after Ctrl-C, and does not notice when the
server has ended. Here each child has a process group of its own, which is ended as a whole. A child
that ends by itself is restarted, after pauses that grow; the others go on meanwhile.
"""

import functools
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from clinic.demo_environment import data_folder, demo_environment
from clinic.lib import file_lock, ports
from clinic.lib.parent_death import die_with_parent
from clinic.lib.private_files import make_new_files_private

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
DEFAULT_PORT = 8000
START_SECONDS = 60.0
STOP_SECONDS = 10.0
POLL_SECONDS = 0.05
RESTART_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
"""Seconds before each restart of a program that ended by itself; the last one is used again and
again. A program that has run for STEADY_SECONDS begins with the first one."""
STEADY_SECONDS = 60.0


class SupervisorError(Exception):
    """The demo cannot start or go on. The text is one sentence for the person at the terminal."""


class StopRequested(Exception):
    """The user asked to stop: Ctrl-C, SIGTERM or a closed terminal."""


@dataclass(frozen=True, slots=True)
class Program:
    """A command, and its name in sentences."""

    name: str
    command: Sequence[str]


@dataclass(slots=True)
class Child:
    """A program and its present process.

    Times are those of `time.monotonic`: `started_at` is when the process was started, `start_at`
    when to start it again, None while it runs. `failures` counts how often it ended by itself
    without having run steadily.
    """

    program: Program
    process: subprocess.Popen[bytes]
    started_at: float = field(default_factory=time.monotonic)
    failures: int = 0
    start_at: float | None = None


class Supervisor:
    """Starts programs, starts them again when they end by themselves, and stops them all.

    Signals only set a flag, which every wait checks, so that no step is interrupted half-way.
    """

    def __init__(
        self,
        environment: Mapping[str, str],
        *,
        stop_timeout: float = STOP_SECONDS,
        restart_pauses: Sequence[float] = RESTART_PAUSES,
    ) -> None:
        self.environment = environment
        self.stop_timeout = stop_timeout
        self.restart_pauses = restart_pauses
        self.stop_requested = False
        self.children: list[Child] = []

    def install_signal_handlers(self) -> None:
        """Request a stop on Ctrl-C, SIGTERM and when the terminal closes."""
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, self._request_stop)

    def start(self, program: Program) -> subprocess.Popen[bytes]:
        """Start a program in a session of its own, so that Ctrl-C does not reach it."""
        process = self._start_process(program)
        self.children.append(Child(program, process))
        return process

    def run_to_completion(self, program: Program) -> None:
        """Run a program to its end.

        Raises SupervisorError if it fails, StopRequested if asked to stop.
        """
        process = self.start(program)
        while process.poll() is None:
            self._sleep_or_stop()
        self.children.pop()
        if process.returncode != 0:
            raise SupervisorError(f"{program.name} failed; the reason is above.")

    def wait_until(self, ready: Callable[[], bool], *, seconds: float = START_SECONDS) -> None:
        """Return once `ready()` is true. Raises SupervisorError if a child ends or time is up."""
        deadline = time.monotonic() + seconds
        while not ready():
            self._check_children()
            if time.monotonic() > deadline:
                raise SupervisorError(f"The site did not answer within {seconds:.0f} seconds.")
            self._sleep_or_stop()

    def watch(self) -> None:
        """Restart programs that end by themselves, until StopRequested is raised."""
        while True:
            for child in self.children:
                self._keep_running(child)
            self._sleep_or_stop()

    def stop(self) -> None:
        """Terminate all children, wait `stop_timeout` seconds, then kill their process groups."""
        for child in self.children:
            if child.process.poll() is None:
                child.process.terminate()
        deadline = time.monotonic() + self.stop_timeout
        for child in self.children:
            with suppress(subprocess.TimeoutExpired):
                child.process.wait(max(0.0, deadline - time.monotonic()))
            _kill_group(child.process)
            child.process.wait()
        self.children.clear()

    def _start_process(self, program: Program) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            program.command,
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=functools.partial(die_with_parent, os.getpid(), signal.SIGTERM),  # noqa: PLW1509  # there are no threads
        )

    def _keep_running(self, child: Child) -> None:
        """Restart an ended child after a pause."""
        now = time.monotonic()
        if child.start_at is not None:
            if now >= child.start_at:
                child.process, child.start_at = self._start_process(child.program), None
                child.started_at = now
        elif child.process.poll() is not None:
            child.start_at = now + self._restart_pause(child, now)
            # What it had started would go on beside its successor, on the same port.
            _kill_group(child.process)

    def _restart_pause(self, child: Child, now: float) -> float:
        """Return the seconds before a child's restart, and print them."""
        if now - child.started_at >= STEADY_SECONDS:
            child.failures = 0
        pause = self.restart_pauses[min(child.failures, len(self.restart_pauses) - 1)]
        child.failures += 1
        print(
            f"{child.program.name} ended by itself ({_how_it_ended(child.process)}) and is started "
            f"again in {pause:g} s.",
            file=sys.stderr,
            flush=True,
        )
        return pause

    def _request_stop(self, _number: int, _frame: object) -> None:
        self.stop_requested = True

    def _sleep_or_stop(self) -> None:
        if self.stop_requested:
            raise StopRequested
        time.sleep(POLL_SECONDS)

    def _check_children(self) -> None:
        for child in self.children:
            if child.process.poll() is not None:
                raise SupervisorError(
                    f"{child.program.name} ended by itself ({_how_it_ended(child.process)}), "
                    "so everything was stopped."
                )


def _how_it_ended(process: subprocess.Popen[bytes]) -> str:
    code = process.returncode
    return f"exit code {code}" if code >= 0 else f"signal {-code}"


def _kill_group(process: subprocess.Popen[bytes]) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def read_port(environment: Mapping[str, str]) -> int:
    """Return PORT, 8000 by default. Raises SupervisorError if it is no port or not free."""
    with _port_errors(environment):
        port = ports.parse(environment.get("PORT", "").strip() or str(DEFAULT_PORT))
        ports.require_free(HOST, port)
    return port


def reserve_port(environment: Mapping[str, str]) -> socket.socket:
    """Return a socket that keeps other demos from PORT until it is closed.

    Raises SupervisorError as `read_port`, or if another demo has it.
    """
    port = read_port(environment)
    with _port_errors(environment):
        return ports.reserve(port, "demo")


@contextmanager
def _port_errors(environment: Mapping[str, str]) -> Iterator[None]:
    """Turn errors of `clinic.lib.ports` into sentences that say what to do."""
    try:
        yield
    except ports.PortTaken as error:
        other = int(environment.get("PORT", "").strip() or DEFAULT_PORT) % ports.HIGHEST + 1
        raise SupervisorError(
            f"{str(error).removesuffix('.')}, perhaps by another `make run`. "
            f"Stop that one, or choose another port: PORT={other} make run"
        ) from None
    except ports.PortError as error:
        hint = "" if str(error).startswith("PORT") else " Try: PORT=8000 make run"
        raise SupervisorError(f"{error}{hint}") from None


def setup_programs() -> list[Program]:
    """Return the programs that make the database and static files; quick when nothing is new."""
    manage = (sys.executable, "manage.py")
    return [
        Program("Preparing the database", (*manage, "migrate", "--noinput", "--verbosity=0")),
        Program(
            "Collecting static files", (*manage, "collectstatic", "--noinput", "--verbosity=0")
        ),
        Program("Loading the demo clinic", (*manage, "load_demo", "--if-empty")),
        Program("Loading the articles", (*manage, "load_articles", "--verbosity=0")),
    ]


def account_listing_program() -> Program:
    """Return the program that prints who can sign in to the demo, and how."""
    command = (sys.executable, "manage.py", "load_demo", "--sign-ins")
    return Program("Listing the sign-ins", command)


def server_programs(port: int, workers: str) -> list[Program]:
    """Return the programs that run for as long as the demo does: web server and worker."""
    server = (sys.executable, "-m", "clinic.server", f"--address={HOST}")
    worker = (sys.executable, "manage.py", "deliver_messages", "--loop")
    return [
        Program("The web server", (*server, f"--port={port}", f"--processes={workers}")),
        Program("The message worker", worker),
    ]


def is_healthy(port: int) -> bool:
    """Return whether the site answers, without any proxy that the environment names."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://{HOST}:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def lock_start(data: Path) -> TextIO:
    """Return a lock that only one `make run` on a data folder can have, until its site answers.

    Raises SupervisorError if another one has it.
    """
    lock = file_lock.acquire(data / "starting.lock")
    if lock is None:
        raise SupervisorError(
            f"Another `make run` is preparing the demo in {data}. Please wait until it says that "
            "the demo clinic is open."
        )
    return lock


def run_demo(environment: Mapping[str, str]) -> None:
    """Prepare and serve the demo until SupervisorError or StopRequested is raised."""
    with reserve_port(environment):
        _run_demo_on(read_port(environment), environment)


def _run_demo_on(port: int, environment: Mapping[str, str]) -> None:
    data = data_folder(environment)
    start_lock = lock_start(data)
    supervisor = Supervisor(demo_environment(environment, data))
    supervisor.install_signal_handlers()
    try:
        for program in setup_programs():
            print(f"{program.name}...", flush=True)
            supervisor.run_to_completion(program)
        read_port(environment)  # another program may have taken it meanwhile
        print("Starting the web server...", flush=True)
        for program in server_programs(port, environment.get("WEB_CONCURRENCY", "").strip() or "2"):
            supervisor.start(program)
        supervisor.wait_until(lambda: is_healthy(port))
        start_lock.close()
        print(f"\n  The demo clinic is open: http://localhost:{port}", flush=True)
        print("  It is a demo: sample data, sample advice. Ctrl-C closes it.\n", flush=True)
        supervisor.run_to_completion(account_listing_program())
        supervisor.watch()
    finally:
        supervisor.stop()


def main() -> int:
    """Run the demo and return the exit code: 0 if stopped as asked, 1 if it failed."""
    make_new_files_private()
    try:
        run_demo(os.environ)
    except StopRequested:
        print("Stopped. Everything is kept for the next `make run`.")
    except SupervisorError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
