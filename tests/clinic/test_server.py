"""The web server's entry point: its options, its port, and what it says when it cannot start."""

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from clinic import server
from clinic.lib import ports
from tests.servers.ports import free_port
from tests.servers.web import web_server

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60


def start(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Start the server with the settings of the tests; for cases in which it ends."""
    given = {"DJANGO_SETTINGS_MODULE": "tests.settings", "DATA_DIR": str(tmp_path / "data")}
    return subprocess.run(
        [sys.executable, "-m", "clinic.server"],
        cwd=ROOT,
        env=os.environ | given | environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )


class TestOptions:
    @pytest.fixture(autouse=True)
    def no_variables(self, monkeypatch: pytest.MonkeyPatch) -> None:
        for name in ("PORT", "LISTEN_ADDRESS", "WEB_CONCURRENCY"):
            monkeypatch.delenv(name, raising=False)

    def test_by_default_it_listens_on_this_machine_with_two_processes(self) -> None:
        options = server.read_options([])
        assert (options.address, options.port, options.processes) == ("127.0.0.1", 8000, 2)

    def test_the_environment_is_used_and_the_command_line_wins(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("PORT", "8001")
        monkeypatch.setenv("WEB_CONCURRENCY", "4")
        monkeypatch.setenv("LISTEN_ADDRESS", "0.0.0.0")
        options = server.read_options([])
        assert (options.address, options.port, options.processes) == ("0.0.0.0", 8001, 4)
        options = server.read_options(["--address=::1", "--port=9000", "--processes=1"])
        assert (options.address, options.port, options.processes) == ("::1", 9000, 1)

    @pytest.mark.parametrize("count", ["0", "-1", "two"])
    def test_a_wrong_number_of_processes_is_refused(
        self, monkeypatch: pytest.MonkeyPatch, count: str
    ) -> None:
        monkeypatch.setenv("WEB_CONCURRENCY", count)
        with pytest.raises(ImproperlyConfigured, match="WEB_CONCURRENCY must be"):
            server.read_options([])


def test_a_wrong_setting_is_one_sentence_and_nothing_is_started(tmp_path: Path) -> None:
    ended = start(tmp_path, LOG_FORMAT="xml")
    assert (ended.returncode, ended.stdout) == (1, "")
    assert ended.stderr == "The site cannot start: LOG_FORMAT must be text or json.\n"


def test_the_folder_of_the_database_is_made_for_the_account_of_the_site_alone(
    tmp_path: Path,
) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        start(tmp_path, PORT=str(other.getsockname()[1]))
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    ended = start(tmp_path, DATA_DIR=str(tmp_path / "data" / "below"))
    assert ended.returncode == 1
    assert ended.stderr == (
        f"The site cannot start: The folder of the database, {tmp_path / 'data' / 'below'}, cannot "
        "be made (Not a directory); DATA_DIR or DATABASE_URL names it.\n"
    )


class TestPorts:
    def test_a_forgotten_server_on_the_port_is_noticed(self, tmp_path: Path) -> None:
        with socket.socket() as forgotten:
            forgotten.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)  # as granian does
            forgotten.bind(("0.0.0.0", 0))
            forgotten.listen()
            port = forgotten.getsockname()[1]
            ended = start(tmp_path, PORT=str(port))
        assert ended.returncode == 1
        assert ended.stderr == f"The site cannot start: Port {port} is already in use.\n"

    @pytest.mark.skipif(sys.platform != "linux", reason="only Linux has names for sockets")
    def test_of_two_servers_that_start_at_once_one_gets_the_port(self) -> None:
        port = free_port()
        with ports.reserve(port, "server"), pytest.raises(ports.PortTaken, match="already in use"):
            ports.reserve(port, "server")
        ports.reserve(port, "server").close()

    def test_an_address_of_another_machine_is_refused(self) -> None:
        with pytest.raises(ports.PortError, match=r"192\.0\.2\.1 is no address of this machine"):
            ports.require_free("192.0.2.1", free_port())


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children of a killed parent")
def test_its_processes_end_when_it_is_killed(tmp_path: Path) -> None:
    with web_server(tmp_path, DATA_DIR=str(tmp_path)) as running:
        os.kill(running.process.pid, signal.SIGKILL)
        running.process.wait()
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                ports.require_free("127.0.0.1", running.port)
                break
            except ports.PortTaken:
                assert time.monotonic() < deadline
                time.sleep(0.05)
