"""The databases of a run: each can be created, served, and made to fail in its own ways."""

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import psycopg2

from tests.servers import postgres
from tests.servers.ports import free_port
from tests.servers.starting import wait_until
from tests.soak import processes
from tests.soak.processes import ROOT

# The server is killed, so a commit must have reached the kernel before it is acknowledged. The
# power is not cut, so it need not have reached the disk.
POSTGRES_OPTIONS = postgres.SERVER_OPTIONS | {"synchronous_commit": "on"}


class PostgreSQL:
    """A private server in a temporary folder."""

    name = "postgresql"

    def __init__(self, binaries: Path) -> None:
        self.binaries = binaries
        self.owner = postgres.unprivileged_user()
        self.folder = postgres.temporary_folder()
        self.port = free_port()
        self.url = postgres.database_url(self.folder, self.port)
        self.process: subprocess.Popen[bytes] | None = None

    def create(self) -> None:
        """Create the cluster, start the server and create an empty database."""
        if self.owner:
            os.chown(self.folder, self.owner.pw_uid, self.owner.pw_gid)
        postgres.make_cluster(self.binaries, self.folder, self.owner)
        self._start_process()
        postgres.create_database(self.running, self.folder, self.port)

    def start(self) -> None:
        """Start the server and wait until it accepts connections, after any crash recovery."""
        self._start_process()
        self.wait()

    def wait(self) -> None:
        """Wait until the server accepts connections."""
        wait_until(self.answers, self.running, "PostgreSQL")

    def stop(self) -> None:
        """Disconnect all clients and stop, like pg_ctl's "fast" mode."""
        processes.end(self.running, signal.SIGINT)

    def pids(self) -> list[int]:
        return processes.process_tree(self.running.pid)

    def delete(self) -> None:
        """Kill the server if it runs, and delete its folder."""
        if self.process is not None:
            processes.kill(self.process)
        shutil.rmtree(self.folder, ignore_errors=True)

    def backends(self) -> list[int]:
        """Return the process ids of the sessions of clients."""
        connection = psycopg2.connect(**self._parameters())
        try:
            with connection.cursor() as cursor:
                cursor.execute(
                    "SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend' "
                    "AND pid <> pg_backend_pid() ORDER BY pid"
                )
                return [pid for (pid,) in cursor.fetchall()]
        finally:
            connection.close()

    def answers(self) -> bool:
        """Whether the server accepts connections."""
        try:
            psycopg2.connect(**self._parameters()).close()
        except psycopg2.OperationalError:
            return False
        return True

    def logs(self) -> list[Path]:
        return [self.folder / "log"]

    def _parameters(self) -> dict[str, Any]:
        names = {"user": postgres.USER, "dbname": postgres.DATABASE}
        return {"host": str(self.folder), "port": self.port, "connect_timeout": 5, **names}

    @property
    def running(self) -> "subprocess.Popen[bytes]":
        assert self.process is not None
        return self.process

    def _start_process(self) -> None:
        command = postgres.server_command(self.binaries, self.folder, self.port, POSTGRES_OPTIONS)
        self.process = postgres.start_program(command, self.folder, self.owner)


class SQLite:
    """A database file. The faults are caused by another program that locks it."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        self.file = folder / "clinic.sqlite3"
        self.url = f"sqlite:///{self.file}"

    def create(self) -> None:
        """Create the folder; migrating creates the file."""
        self.file.parent.mkdir(parents=True, exist_ok=True)

    def pids(self) -> list[int]:
        """Return no process ids, since there is no server."""
        return []

    def delete(self) -> None:
        """Do nothing: the file is deleted with the folder of the run."""

    def logs(self) -> list[Path]:
        return []

    def lock(self) -> "subprocess.Popen[bytes]":
        """Start a program that keeps an open write transaction; return once it has the lock."""
        command = [sys.executable, "-m", "tests.soak.database", str(self.file)]
        pipe = subprocess.PIPE
        process = subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe)
        assert process.stdout is not None
        process.stdout.readline()
        return process


def hold_lock(file: str) -> None:
    """Write to a table of its own without committing, until stdin is closed."""
    connection = sqlite3.connect(file, timeout=60, isolation_level=None)
    connection.execute("CREATE TABLE IF NOT EXISTS soak_lock (number INTEGER)")
    connection.execute("BEGIN EXCLUSIVE")
    connection.execute("INSERT INTO soak_lock VALUES (1)")
    print("locked", flush=True)
    sys.stdin.read()


if __name__ == "__main__":
    hold_lock(sys.argv[1])
