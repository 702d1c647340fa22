"""The web server alone, as in production but over plain http, on a database that is given to it."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from clinic.lib.parent_death import die_with_parent
from clinic.supervisor import server_programs
from tests.servers.ports import free_port
from tests.servers.starting import wait_until

ROOT = Path(__file__).resolve().parent.parent.parent
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


@dataclass(frozen=True)
class Answer:
    """An answer of the server, and how many seconds it took."""

    status: int
    headers: Message
    text: str
    seconds: float

    def json(self) -> Any:
        return json.loads(self.text)


@dataclass
class WebServer:
    """A running web server, and one browser's cookies."""

    port: int
    log: Path
    process: "subprocess.Popen[bytes]" = field(init=False)
    cookies: dict[str, str] = field(default_factory=dict)

    def get(self, path: str, host: str = "localhost") -> Answer:
        return self._request("GET", path, host)

    def post(self, path: str, data: Mapping[str, object], page: str) -> Answer:
        """Send a form; `page` is the text of a page with its CSRF token."""
        token = TOKEN.search(page)
        assert token is not None
        return self._request("POST", path, "localhost", {**data, "csrfmiddlewaretoken": token[1]})

    def log_lines(self) -> list[str]:
        return self.log.read_text().splitlines()

    def _request(
        self, method: str, path: str, host: str, data: Mapping[str, object] | None = None
    ) -> Answer:
        headers = {"Host": host, "Connection": "close"}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if data is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        begun = time.monotonic()
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request(method, path, urlencode(data) if data is not None else None, headers)
        response = connection.getresponse()
        text = response.read().decode()
        for line in response.headers.get_all("Set-Cookie") or []:
            name, value = line.split(";")[0].split("=", 1)
            self.cookies[name] = value
        seconds = time.monotonic() - begun
        connection.close()
        return Answer(response.status, response.headers, text, seconds)


@contextmanager
def web_server(folder: Path, **environment: str) -> Iterator[WebServer]:
    """Run one process of the web server with the settings of the tests, and these variables."""
    server = WebServer(free_port(), folder / "web.log")
    program, _worker = server_programs(server.port, "1")
    with server.log.open("w") as log:
        server.process = process = subprocess.Popen(
            program.command,
            cwd=ROOT,
            env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"} | environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=lambda: die_with_parent(os.getppid(), signal.SIGTERM),  # noqa: PLW1509
        )
    try:
        wait_until(lambda: _is_up(server), process, "The web server")
        yield server
    finally:
        process.terminate()
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        if sys.exc_info()[0] is not None:
            print(server.log.read_text()[-3000:], file=sys.stderr)


def _is_up(server: WebServer) -> bool:
    try:
        return server.get("/healthz").status == 200
    except OSError:
        return False
