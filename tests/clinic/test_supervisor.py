"""The supervisor, with stand-in programs in place of the server."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clinic.supervisor import (
    Program,
    Supervisor,
    SupervisorError,
    lock_start,
    read_port,
    reserve_port,
    server_programs,
)
from tests.servers.ports import free_port

PATIENCE = 20
SLEEP = "import time; time.sleep(600)"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEP
WITH_GRANDCHILD = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {SLEEP!r}])"

# Watches the programs given as arguments, as `make run` watches the server.
WATCHER = """
import os, sys
from clinic.supervisor import Program, StopRequested, Supervisor, SupervisorError
pauses = [float(pause) for pause in sys.argv[1].split()]
supervisor = Supervisor(os.environ, stop_timeout=1, restart_pauses=pauses)
supervisor.install_signal_handlers()
try:
    for code in sys.argv[2:]:
        print(supervisor.start(Program("The stand-in", [sys.executable, "-c", code])).pid)
    print("watching", flush=True)
    supervisor.watch()
except StopRequested:
    print("stopped as asked")
except SupervisorError as trouble:
    sys.exit(str(trouble))
finally:
    supervisor.stop()
"""


def eventually(holds: Callable[[], bool]) -> bool:
    """Whether it comes true before patience ends."""
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def members(group: int) -> list[int]:
    """The living processes of a process group."""
    listing = subprocess.run(
        ["ps", "-eo", "pid=,pgid=,stat="], capture_output=True, text=True, check=True
    )
    rows = (line.split() for line in listing.stdout.splitlines())
    return [int(pid) for pid, pgid, state in rows if int(pgid) == group and state[0] != "Z"]


class Watcher:
    """A running supervisor and the process groups of its programs."""

    def __init__(self, *codes: str, pauses: str = "0 0.1") -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-c", WATCHER, pauses, *codes],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        self.groups: list[int] = []
        while (line := self.process.stdout.readline().strip()) != "watching":
            self.groups.append(int(line))

    def all_gone(self) -> bool:
        return not any(members(group) for group in self.groups)

    def end(self) -> tuple[str, str]:
        """Its last words, on both streams."""
        return self.process.communicate(timeout=PATIENCE)


@pytest.fixture
def watch() -> Iterator[Callable[..., Watcher]]:
    started: list[Watcher] = []

    def start(*codes: str, **options: str) -> Watcher:
        started.append(Watcher(*codes, **options))
        return started[-1]

    yield start
    for watcher in started:
        watcher.process.kill()
        watcher.process.communicate()
        for group in watcher.groups:
            for pid in members(group):
                os.kill(pid, signal.SIGKILL)


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_every_program(watch: Callable[..., Watcher], sign: signal.Signals) -> None:
    watcher = watch(SLEEP, SLEEP)
    watcher.process.send_signal(sign)
    said, complained = watcher.end()
    assert (watcher.process.returncode, said, complained) == (0, "stopped as asked\n", "")
    assert watcher.all_gone()


def test_a_program_that_ignores_the_request_is_killed(watch: Callable[..., Watcher]) -> None:
    watcher = watch(DEAF)
    watcher.process.terminate()
    watcher.end()
    assert watcher.all_gone()


def test_children_of_a_program_end_with_it(watch: Callable[..., Watcher]) -> None:
    watcher = watch(WITH_GRANDCHILD)
    assert eventually(lambda: len(members(watcher.groups[0])) == 2)
    watcher.process.terminate()
    watcher.end()
    assert watcher.all_gone()


def test_a_program_that_ends_is_started_again_with_a_message(
    watch: Callable[..., Watcher], tmp_path: Path
) -> None:
    starts = tmp_path / "starts"
    once = f"""
import pathlib, time
starts = pathlib.Path({str(starts)!r})
starts.write_text(starts.read_text() + "." if starts.exists() else ".")
if len(starts.read_text()) == 1:
    raise SystemExit(7)
time.sleep(600)
"""
    watcher = watch(SLEEP, once)
    assert eventually(lambda: starts.exists() and starts.read_text() == "..")
    watcher.process.terminate()
    said, complained = watcher.end()
    assert (watcher.process.returncode, said) == (0, "stopped as asked\n")
    assert complained == "The stand-in ended by itself (exit code 7) and is started again in 0 s.\n"
    assert watcher.all_gone()


def test_a_program_that_is_killed_leaves_nothing_behind_when_it_is_started_again(
    watch: Callable[..., Watcher],
) -> None:
    watcher = watch(WITH_GRANDCHILD)
    (group,) = watcher.groups
    assert eventually(lambda: len(members(group)) == 2)
    os.kill(group, signal.SIGKILL)
    assert eventually(watcher.all_gone)
    assert watcher.process.poll() is None


def test_a_program_that_ends_again_and_again_ends_no_other_program(
    watch: Callable[..., Watcher],
) -> None:
    watcher = watch(SLEEP, "raise SystemExit(7)")
    assert watcher.process.stderr
    pauses = [watcher.process.stderr.readline().split()[-2] for _ in range(5)]
    assert pauses == ["0", "0.1", "0.1", "0.1", "0.1"]
    assert members(watcher.groups[0])
    watcher.process.terminate()
    said, _ = watcher.end()
    assert (watcher.process.returncode, said) == (0, "stopped as asked\n")
    assert watcher.all_gone()


def test_a_signal_also_ends_the_pause_before_a_new_start(watch: Callable[..., Watcher]) -> None:
    watcher = watch("raise SystemExit(7)", pauses="600")
    assert watcher.process.stderr
    assert "is started again" in watcher.process.stderr.readline()
    watcher.process.send_signal(signal.SIGINT)
    said, complained = watcher.end()
    assert (watcher.process.returncode, said, complained) == (0, "stopped as asked\n", "")


def test_pauses_grow_until_a_program_has_run_for_a_minute(
    capsys: pytest.CaptureFixture[str],
) -> None:
    supervisor = Supervisor(os.environ, restart_pauses=(0.5, 1.0, 2.0))
    process = supervisor.start(Program("It", [sys.executable, "-c", "raise SystemExit(7)"]))
    process.wait()
    (child,) = supervisor.children
    pauses = []
    for started_at, ended_at in [(0, 1), (2, 3), (4, 5), (7, 8), (9, 69), (70, 71)]:
        child.started_at = started_at
        pauses.append(supervisor._restart_pause(child, ended_at))
    assert pauses == [0.5, 1.0, 2.0, 2.0, 0.5, 1.0]
    assert capsys.readouterr().err.count("started again") == 6


def test_a_program_that_ends_while_the_site_starts_stops_everything() -> None:
    supervisor = Supervisor(os.environ)
    supervisor.start(Program("The stand-in", [sys.executable, "-c", "raise SystemExit(7)"]))
    with pytest.raises(SupervisorError, match=r"ended by itself \(exit code 7\), so everything"):
        supervisor.wait_until(lambda: False)
    supervisor.stop()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of a killed parent")
def test_programs_end_when_the_supervisor_is_killed_with_sigkill(
    watch: Callable[..., Watcher],
) -> None:
    watcher = watch(SLEEP)
    watcher.process.kill()
    assert eventually(watcher.all_gone)


def test_a_failing_set_up_step_is_named() -> None:
    failing = Program("Preparing the database", [sys.executable, "-c", "raise SystemExit(1)"])
    with pytest.raises(SupervisorError, match="Preparing the database failed"):
        Supervisor(os.environ).run_to_completion(failing)


def test_a_site_that_never_answers_is_reported() -> None:
    with pytest.raises(SupervisorError, match="did not answer"):
        Supervisor(os.environ).wait_until(lambda: False, seconds=0.1)


def test_a_taken_port_is_reported_before_anything_starts(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        environment = os.environ | {"PORT": str(port), "DATA_DIR": str(tmp_path / "data")}
        ended = subprocess.run(
            [sys.executable, "-m", "clinic.supervisor"],
            env=environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    assert ended.returncode == 1
    assert f"Port {port} is already in use" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert not (tmp_path / "data").exists()


def test_a_port_shared_with_another_server_is_detected() -> None:
    with socket.socket() as forgotten:
        forgotten.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        forgotten.bind(("0.0.0.0", 0))  # as granian does
        forgotten.listen()
        with pytest.raises(SupervisorError, match="already in use"):
            read_port({"PORT": str(forgotten.getsockname()[1])})


def test_two_demos_that_start_at_once_do_not_share_a_port(tmp_path: Path) -> None:
    """Each finds the port free, as long as no web server has started."""
    environment = {"PORT": str(free_port())}
    with reserve_port(environment), pytest.raises(SupervisorError, match="already in use, perhaps"):
        reserve_port(environment)
    reserve_port(environment).close()


def test_a_second_run_is_refused_while_the_first_prepares_the_demo(tmp_path: Path) -> None:
    with lock_start(tmp_path), socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        ended = subprocess.run(
            [sys.executable, "-m", "clinic.supervisor"],
            env=os.environ | {"PORT": str(port), "DATA_DIR": str(tmp_path)},
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
    assert ended.returncode == 1
    assert ended.stdout == ""
    assert ended.stderr == (
        f"Another `make run` is preparing the demo in {tmp_path}. Please wait until it says that "
        "the demo clinic is open.\n"
    )
    assert not (tmp_path / "secrets.env").exists()
    lock_start(tmp_path).close()


@pytest.mark.parametrize("port", ["0", "65536", "-1", "http", "8 000", "²"])
def test_an_invalid_port_is_refused(port: str) -> None:
    with pytest.raises(SupervisorError, match="PORT must be a number"):
        read_port({"PORT": port})


def test_the_demo_has_the_web_server_of_production_on_loopback_and_a_worker() -> None:
    server, worker = server_programs(8123, "3")
    assert server.command[1:3] == ("-m", "clinic.server")
    assert {"--address=127.0.0.1", "--port=8123", "--processes=3"} <= set(server.command)
    assert worker.command[1:] == ("manage.py", "deliver_messages", "--loop")
