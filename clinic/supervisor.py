"""`make run`: one small program that starts the demo, watches it, and stops all of it.

A shell's `worker & server` leaves the worker behind after Ctrl-C, and a server that died unseen
looks like a hanging site. So each child has a process group of its own that is ended as a
whole, and the end of one child is the end of all.
"""

import ctypes
import functools
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
START_SECONDS = 60.0
STOP_SECONDS = 10.0
POLL_SECONDS = 0.05

_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1


class SupervisorError(Exception):
    """Something ended the run; the text is one sentence for the person at the terminal."""


class StopRequested(Exception):
    """Somebody asked us to stop: Ctrl-C, SIGTERM or a closed terminal."""


@dataclass(frozen=True, slots=True)
class Program:
    """A command to keep running, and what to call it in a sentence."""

    name: str
    command: Sequence[str]


def die_with_parent(parent: int, sign: int) -> None:
    """In a new child: asks Linux for a signal when the parent is gone, even by kill -9."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, int(sign), 0, 0, 0)
        if os.getppid() != parent:  # it died before we could ask
            os._exit(1)


class Supervisor:
    """Starts programs, notices when one ends, and ends them all.

    Signals only set a flag, which every wait here looks at: nothing is interrupted half-way.
    """

    def __init__(
        self, environment: Mapping[str, str], *, stop_timeout: float = STOP_SECONDS
    ) -> None:
        self.environment = environment
        self.stop_timeout = stop_timeout
        self.stop_requested = False
        self.children: list[tuple[Program, subprocess.Popen[bytes]]] = []

    def install_signal_handlers(self) -> None:
        """Takes Ctrl-C, SIGTERM and the closing of the terminal as the wish to stop."""
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sign, self._request_stop)

    def start(self, program: Program) -> subprocess.Popen[bytes]:
        """Starts a program in a session of its own, so that Ctrl-C reaches it only through us."""
        process = subprocess.Popen(
            program.command,
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=functools.partial(die_with_parent, os.getpid(), signal.SIGTERM),  # noqa: PLW1509  # we have no threads
        )
        self.children.append((program, process))
        return process

    def finish(self, program: Program) -> None:
        """Runs a program to its end. Raises Trouble when it fails, Stopped when asked to stop."""
        process = self.start(program)
        while process.poll() is None:
            self._pause()
        self.children.pop()
        if process.returncode != 0:
            raise SupervisorError(f"{program.name} failed; the reason is above.")

    def wait_until(self, ready: Callable[[], bool], *, seconds: float = START_SECONDS) -> None:
        """Returns when ready() holds. Raises Trouble when a child ends or time runs out."""
        deadline = time.monotonic() + seconds
        while not ready():
            self._check_children()
            if time.monotonic() > deadline:
                raise SupervisorError(f"The site did not answer within {seconds:.0f} seconds.")
            self._pause()

    def watch(self) -> None:
        """Never returns: raises Trouble when a child ends, Stopped when asked to stop."""
        while True:
            self._check_children()
            self._pause()

    def stop(self) -> None:
        """Asks all children at once to end, waits, then kills what is left of their groups."""
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

    def _pause(self) -> None:
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
    """The port from the environment. Raises Trouble when it is no port or not free."""
    text = environment.get("PORT", "").strip() or "8000"
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise SupervisorError(f"PORT must be a number from 1 to 65535, not {text!r}.")
    with socket.socket() as probe:
        # A port whose last connections are still fading away counts as free.
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


def load_or_create_secrets(file: Path) -> dict[str, str]:
    """The demo's secrets, made on the first start and kept, so that sign-ins and data last."""
    known = {}
    if file.exists():
        known = dict(line.split("=", 1) for line in file.read_text().splitlines() if "=" in line)
    makers = {
        "SECRET_KEY": lambda: secrets.token_urlsafe(50),
        "FIELD_KEYS": _generate_key,
        "LINK_KEYS": _generate_key,
    }
    fresh = {name: make() for name, make in makers.items() if not known.get(name)}
    if fresh:
        known |= fresh
        _write_private_file(file, "".join(f"{name}={value}\n" for name, value in known.items()))
    return known


def _generate_key() -> str:
    return urlsafe_b64encode(secrets.token_bytes(32)).decode()


def _write_private_file(file: Path, text: str) -> None:
    """Writes a file that was never readable by others and is never half there."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    draft.replace(file)


def demo_environment(environment: Mapping[str, str], data: Path) -> dict[str, str]:
    """The given environment with DEMO, and with the kept secrets where none are set."""
    result = dict(environment) | {"DEMO": "1", "DATA_DIR": str(data), "PYTHONUNBUFFERED": "1"}
    for name, value in load_or_create_secrets(data / "secrets.env").items():
        if not result.get(name, "").strip():
            result[name] = value
    return result


def setup_programs() -> list[Program]:
    """What brings the database and the static files up to date; quick when they are."""
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
    """Prints who can sign in to the demo, and how."""
    command = (sys.executable, "manage.py", "load_demo", "--sign-ins")
    return Program("Listing the sign-ins", command)


def server_programs(port: int, workers: str) -> list[Program]:
    """What runs for as long as the demo does."""
    options = {
        "interface": "wsgi",
        "http": "1",
        "host": HOST,
        "port": str(port),
        "workers": workers,
        "respawn-interval": "0.5",
        # Each thread keeps a database connection; more would only queue behind the database.
        "blocking-threads": "8",
        # Counts open connections too, so idle browsers must fit in.
        "backpressure": "512",
        "workers-kill-timeout": "5",
        # Its warning of more threads than cores is for work that never waits for a database.
        "log-level": "error",
    }
    command = [sys.executable, "-m", "granian", "--no-ws", "--respawn-failed-workers"]
    command += [f"--{name}={value}" for name, value in options.items()]
    worker = (sys.executable, "manage.py", "deliver_messages", "--loop")
    return [
        Program("The web server", (*command, "clinic.wsgi:application")),
        Program("The message worker", worker),
    ]


def is_healthy(port: int) -> bool:
    """Whether the site answers; asked directly, whatever proxy the environment names."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(f"http://{HOST}:{port}/healthz", timeout=5) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def run_demo(environment: Mapping[str, str]) -> None:
    """Prepares and serves the demo; never returns: it ends by raising Trouble or Stopped."""
    port = read_port(environment)
    data = Path(environment.get("DATA_DIR", "").strip() or ROOT / "data").resolve()
    supervisor = Supervisor(demo_environment(environment, data))
    supervisor.install_signal_handlers()
    try:
        for program in setup_programs():
            print(f"{program.name}...", flush=True)
            supervisor.finish(program)
        for program in server_programs(port, environment.get("WEB_CONCURRENCY", "").strip() or "2"):
            supervisor.start(program)
        supervisor.wait_until(lambda: is_healthy(port))
        print(f"\n  The demo clinic is open: http://localhost:{port}", flush=True)
        print("  It is a demo: sample data, sample advice. Ctrl-C closes it.\n", flush=True)
        supervisor.finish(account_listing_program())
        supervisor.watch()
    finally:
        supervisor.stop()


def main() -> int:
    """0 when stopped as asked, 1 when something went wrong."""
    try:
        run_demo(os.environ)
    except StopRequested:
        print("Stopped. Everything is kept for the next `make run`.")
    except SupervisorError as trouble:
        print(trouble, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
