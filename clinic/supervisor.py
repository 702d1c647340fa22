"""`make run`: start the demo, watch its processes, and stop all of them together.

A shell's `worker & server` leaves the worker running after Ctrl-C, and does not notice when the
server has died. So each child gets a process group of its own, which is ended as a whole, and when
one child ends, all are stopped.
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
from dataclasses import dataclass
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


class SupervisorError(Exception):
    """The demo cannot start or go on. The text is one sentence for the person at the terminal."""


class StopRequested(Exception):
    """The user asked to stop: Ctrl-C, SIGTERM or a closed terminal."""


@dataclass(frozen=True, slots=True)
class Program:
    """A command, and its name in sentences."""

    name: str
    command: Sequence[str]


class Supervisor:
    """Starts programs, notices when one ends, and stops them all.

    Signals only set a flag, which every wait checks, so that no step is interrupted half-way.
    """

    def __init__(
        self, environment: Mapping[str, str], *, stop_timeout: float = STOP_SECONDS
    ) -> None:
        self.environment = environment
        self.stop_timeout = stop_timeout
        self.stop_requested = False
        self.children: list[tuple[Program, subprocess.Popen[bytes]]] = []

    def install_signal_handlers(self) -> None:
        """Request a stop on Ctrl-C, SIGTERM and when the terminal closes."""
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, self._request_stop)

    def start(self, program: Program) -> subprocess.Popen[bytes]:
        """Start a program in a session of its own, so that Ctrl-C does not reach it."""
        process = subprocess.Popen(
            program.command,
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=functools.partial(die_with_parent, os.getpid(), signal.SIGTERM),  # noqa: PLW1509  # there are no threads
        )
        self.children.append((program, process))
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
        """Check the children until SupervisorError (one has ended) or StopRequested is raised."""
        while True:
            self._check_children()
            self._sleep_or_stop()

    def stop(self) -> None:
        """Terminate all children, wait `stop_timeout` seconds, then kill their process groups."""
        for _, process in self.children:
            if process.poll() is None:
                process.terminate()
        deadline = time.monotonic() + self.stop_timeout
        for _, process in self.children:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.0, deadline - time.monotonic()))
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.children.clear()

    def _request_stop(self, _number: int, _frame: object) -> None:
        self.stop_requested = True

    def _sleep_or_stop(self) -> None:
        if self.stop_requested:
            raise StopRequested
        time.sleep(POLL_SECONDS)

    def _check_children(self) -> None:
        for program, process in self.children:
            if process.poll() is not None:
                code = process.returncode
                how = f"exit code {code}" if code >= 0 else f"signal {-code}"
                raise SupervisorError(
                    f"{program.name} ended by itself ({how}), so everything was stopped."
                )


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
