"""Start, signal and end programs with all their descendants."""

import functools
import os
import signal
import subprocess
import time
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from clinic.supervisor import die_with_parent
from tests.servers.site import ROOT

END_SECONDS = 30.0


def start(
    command: Sequence[str], environment: Mapping[str, str], log: Path
) -> "subprocess.Popen[bytes]":
    """Start a program in a session of its own; it is killed when this process ends.

    Its output is appended to `log`.
    """
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
            preexec_fn=functools.partial(die_with_parent, os.getpid(), signal.SIGKILL),  # noqa: PLW1509  # there are no threads
        )


def process_tree(pid: int) -> list[int]:
    """Return a process and all its descendants, parents first."""
    children: dict[int, list[int]] = {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            parent = int(file.read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(file.parent.name))
    found = [pid]
    for process in found:
        found += children.get(process, [])
    return found


def send(sign: signal.Signals, pids: Iterable[int]) -> None:
    """Send a signal to processes, and ignore those that have ended."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, sign)


def end(process: "subprocess.Popen[bytes]", sign: signal.Signals = signal.SIGTERM) -> None:
    """End a program with a signal, and kill it and its descendants after END_SECONDS."""
    pids = process_tree(process.pid)
    send(signal.SIGCONT, pids)
    send(sign, [process.pid])
    with suppress(subprocess.TimeoutExpired):
        process.wait(END_SECONDS)
    kill(process, pids)


def kill(process: "subprocess.Popen[bytes]", pids: Iterable[int] = ()) -> None:
    """Kill a program with all its descendants, and wait until they have ended."""
    pids = list(pids) or process_tree(process.pid)
    send(signal.SIGKILL, pids)
    process.wait()
    deadline = time.monotonic() + END_SECONDS
    while any(is_running(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.02)


def is_running(pid: int) -> bool:
    """Whether a process exists and is not a zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
