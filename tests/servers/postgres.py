"""A private PostgreSQL for a test run: on a unix socket, in a temporary folder, gone afterwards.

    python -m tests.servers.postgres -- COMMAND...   runs COMMAND with DATABASE_URL set

Nothing is shared with a PostgreSQL that the machine may run already.
"""

import functools
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import quote, unquote, urlsplit

import psycopg2

from clinic.lib.parent_death import die_with_parent
from tests.servers.faketime import only_faketime
from tests.servers.ports import free_port
from tests.servers.starting import NotStarted, wait_until

USER = "clinic"
DATABASE = "clinic"
STOP_SECONDS = 15
LONGEST_FOLDER = 80
"""The path of a unix socket is limited to about a hundred characters."""

# The data is temporary, so nothing needs to survive a power cut.
SERVER_OPTIONS = {
    "listen_addresses": "",
    "max_connections": "200",
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
}


class CannotStart(Exception):
    """PostgreSQL did not start; the text is the end of its log."""


def find_binaries() -> Path | None:
    """Return the folder of PostgreSQL's server programs, or None where it is not installed."""
    candidates = []
    if on_path := shutil.which("initdb"):
        candidates.append(Path(on_path).resolve().parent)
    debian = Path("/usr/lib/postgresql").glob("*/bin")
    candidates += sorted(debian, key=lambda folder: _version(folder.parent.name), reverse=True)
    for folder in candidates:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    return None


@contextmanager
def private_postgres(binaries: Path) -> Iterator[str]:
    """Run a server and yield its DATABASE_URL; stop it and delete its folder at the end."""
    owner = unprivileged_user()
    folder = temporary_folder()
    try:
        if owner:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        make_cluster(binaries, folder, owner)
        with _running_server(binaries, folder, owner) as port:
            yield database_url(folder, port)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def frozen(url: str) -> Iterator[None]:
    """Stop every process of a server with SIGSTOP, as if its machine stood still."""
    folder = Path(unquote(urlsplit(url).netloc.split("@")[1].rsplit(":", 1)[0]))
    main = int((folder / "data" / "postmaster.pid").read_text().split()[0])
    children = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(main)], capture_output=True, text=True, check=True
    )
    processes = [main, *map(int, children.stdout.split())]
    for process in processes:
        os.kill(process, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            os.kill(process, signal.SIGCONT)


def copy_database(binaries: Path, name: str, source: Mapping[str, Any], url: str) -> None:
    """Copy a database of another server, with its rows, into this one's empty database."""
    port, host = str(source["PORT"]), str(source["HOST"])
    dump = [str(binaries / "pg_dump"), "-h", host, "-p", port, "-U", USER, "--no-owner", name]
    load = [str(binaries / "psql"), "-q", "-v", "ON_ERROR_STOP=1", url]
    with subprocess.Popen(dump, stdout=subprocess.PIPE) as dumping:
        subprocess.run(load, stdin=dumping.stdout, stdout=subprocess.DEVNULL, check=True)
    assert dumping.returncode == 0


def _version(name: str) -> float:
    try:
        return float(name)
    except ValueError:
        return 0


def unprivileged_user() -> pwd.struct_passwd | None:
    """Return the user that runs the server if we are root, as which PostgreSQL refuses to run."""
    if os.getuid() != 0:
        return None
    try:
        return pwd.getpwnam("postgres")
    except KeyError:
        return pwd.getpwnam("nobody")


def temporary_folder() -> Path:
    folder = tempfile.mkdtemp(prefix="clinic-postgres-")
    if len(folder) > LONGEST_FOLDER:
        Path(folder).rmdir()
        folder = tempfile.mkdtemp(prefix="clinic-postgres-", dir="/tmp")
    return Path(folder)


def start_program(
    command: list[str],
    folder: Path,
    owner: pwd.struct_passwd | None,
    *,
    environment: Mapping[str, str] | None = None,
    orphaned: signal.Signals = signal.SIGQUIT,
) -> subprocess.Popen:
    """Start a program as the account of PostgreSQL, in a session that Ctrl-C does not reach.

    `environment` is added to its variables; `orphaned` is the signal that it gets when we end.
    """
    with (folder / "log").open("ab") as log:
        return subprocess.Popen(
            command,
            cwd=folder,
            env=only_faketime(os.environ)
            | {"PATH": os.defpath, "HOME": str(folder), "LC_ALL": "C", "TZ": "UTC"}
            | dict(environment or {}),
            user=owner.pw_uid if owner else None,
            group=owner.pw_gid if owner else None,
            extra_groups=[] if owner else None,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=functools.partial(die_with_parent, os.getpid(), orphaned),  # noqa: PLW1509  # we have no threads
        )


def make_cluster(binaries: Path, folder: Path, owner: pwd.struct_passwd | None) -> None:
    command = [str(binaries / "initdb"), "--pgdata=data", f"--username={USER}", "--auth=trust"]
    command += ["--encoding=UTF8", "--locale=C", "--no-sync"]
    if start_program(command, folder, owner).wait() != 0:
        raise CannotStart(end_of_log(folder))


@contextmanager
def _running_server(binaries: Path, folder: Path, owner: pwd.struct_passwd | None) -> Iterator[int]:
    port = free_port()
    command = server_command(binaries, folder, port, SERVER_OPTIONS)
    server = start_program(command, folder, owner)
    try:
        create_database(server, folder, port)
        yield port
    finally:
        _stop(server)


def server_command(
    binaries: Path, folder: Path, port: int, options: Mapping[str, str]
) -> list[str]:
    """Return the command that serves the cluster of a folder, on a socket in the folder."""
    command = [str(binaries / "postgres"), "-D", "data", "-k", str(folder), "-p", str(port)]
    for name, value in options.items():
        command += ["-c", f"{name}={value}"]
    return command


def database_url(folder: Path, port: int) -> str:
    """Return the DATABASE_URL of the server with its socket in a folder."""
    return f"postgres://{USER}@{quote(str(folder), safe='')}:{port}/{DATABASE}"


def create_database(server: subprocess.Popen, folder: Path, port: int) -> None:
    """Wait until the server answers, then create the database. Raises CannotStart."""

    def answers() -> bool:
        try:
            connection = psycopg2.connect(host=str(folder), port=port, user=USER, dbname="postgres")
        except psycopg2.OperationalError:
            return False
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE DATABASE {DATABASE}")
        connection.close()
        return True

    try:
        wait_until(answers, server, "PostgreSQL")
    except NotStarted:
        raise CannotStart(end_of_log(folder)) from None


def _stop(server: subprocess.Popen) -> None:
    """Stop the server: SIGINT disconnects clients, then SIGQUIT ends it at once."""
    for sign in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if server.poll() is None:
            server.send_signal(sign)
        try:
            server.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        return


def end_of_log(folder: Path) -> str:
    return (folder / "log").read_text(errors="replace")[-2000:]


def exit_on_sigterm() -> None:
    """Let SIGTERM raise SystemExit, so that servers started here are stopped."""

    def leave(number: int, _frame: object) -> NoReturn:
        sys.exit(128 + number)

    signal.signal(signal.SIGTERM, leave)


def main(arguments: list[str]) -> int:
    """Run a command beside a private PostgreSQL, and return the command's exit code."""
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    if not command:
        print(__doc__, file=sys.stderr)
        return 2
    binaries = find_binaries()
    if binaries is None:
        print("PostgreSQL's server programs are not installed.", file=sys.stderr)
        return 1
    exit_on_sigterm()
    with private_postgres(binaries) as url:
        environment = os.environ | {"DATABASE_URL": url}
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
