"""`make run`: start the demo, watch its processes, and stop all of them together.

A shell's `worker & server` leaves the worker running after Ctrl-C, and does not notice when the
server has ended. Here each child has a process group of its own, which is ended as a whole. A child
that ends by itself is restarted; if that happens too often, all are stopped.
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
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from clinic.demo_environment import data_folder, demo_environment
from clinic.lib import file_lock
from clinic.lib.parent_death import die_with_parent
from clinic.lib.private_files import make_new_files_private

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
START_SECONDS = 60.0
STOP_SECONDS = 10.0
POLL_SECONDS = 0.05
RESTART_PAUSES = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Seconds before each restart of a program that ended by itself. After the last one within
RESTART_WINDOW_SECONDS it is not restarted."""
RESTART_WINDOW_SECONDS = 60.0


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

    Times are those of `time.monotonic`: `ended_at` is when the process ended by itself within the
    last minute, `start_at` when to start it again, None while it runs.
    """

    program: Program
    process: subprocess.Popen[bytes]
    ended_at: list[float] = field(default_factory=list)
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
        """Restart programs that end by themselves, until StopRequested is raised.

        Raises SupervisorError when one has ended too often within a minute.
        """
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
        """Restart an ended child after a pause. Raises SupervisorError if it ends too often."""
        now = time.monotonic()
        if child.start_at is not None:
            if now >= child.start_at:
                child.process, child.start_at = self._start_process(child.program), None
        elif child.process.poll() is not None:
            child.start_at = now + self._restart_pause(child, now)
            # What it had started would go on beside its successor, on the same port.
            _kill_group(child.process)

    def _restart_pause(self, child: Child, now: float) -> float:
        """Return the seconds before a child's restart, and print them."""
        name, how = child.program.name, _how_it_ended(child.process)
        recent = [ended for ended in child.ended_at if now - ended < RESTART_WINDOW_SECONDS]
        child.ended_at = [*recent, now]
        if len(recent) >= len(self.restart_pauses):
            raise SupervisorError(
                f"{name} ended by itself {len(child.ended_at)} times within a minute "
                f"({how} at last), so everything was stopped."
            )
        print(f"{name} ended by itself ({how}) and is started again.", file=sys.stderr, flush=True)
        return self.restart_pauses[len(recent)]

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
    text = environment.get("PORT", "").strip() or "8000"
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise SupervisorError(f"PORT must be a number from 1 to 65535, not {text!r}.")
    with socket.socket() as probe:
        # Connections in TIME_WAIT do not make a port busy.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(text)))
        except PermissionError:
            raise SupervisorError(
                f"Port {text} needs more rights. Try: PORT=8000 make run"
            ) from None
        except OSError:
            raise SupervisorError(
                f"Port {text} is already in use, perhaps by another `make run`. "
                f"Stop that one, or choose another port: PORT={int(text) % 65535 + 1} make run"
            ) from None
    return int(text)


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
    options = {
        "interface": "rsgi",
        "http": "1",
        "host": HOST,
        "port": str(port),
        "workers": workers,
        "respawn-interval": "0.5",
        # Counts open connections too, so idle browsers must fit in.
        "backpressure": "512",
        "workers-kill-timeout": "5",
        "log-level": "error",
    }
    command = [sys.executable, "-m", "granian", "--no-ws", "--respawn-failed-workers"]
    command += [f"--{name}={value}" for name, value in options.items()]
    worker = (sys.executable, "manage.py", "deliver_messages", "--loop")
    return [
        Program("The web server", (*command, "clinic.rsgi:application")),
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
    port = read_port(environment)
    data = data_folder(environment)
    start_lock = lock_start(data)
    supervisor = Supervisor(demo_environment(environment, data))
    supervisor.install_signal_handlers()
    try:
        for program in setup_programs():
            print(f"{program.name}...", flush=True)
            supervisor.run_to_completion(program)
        read_port(environment)  # another `make run` may have taken it meanwhile
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
