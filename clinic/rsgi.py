"""The application as granian serves it (RSGI): reads requests without a thread, then runs the site.

Granian's own WSGI gives a request a thread before its body is complete, so that bodies which never
end use up all threads. It also gives the headers X-Forwarded-For and X_Forwarded_For the same name,
so that a visitor can set what only a proxy should. Here the body is read first, in the event loop
and with time limits, and headers with underscores in their names are left out.
"""

import asyncio
import logging
import multiprocessing
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from http.client import responses
from typing import IO, Any, Protocol, cast

from booking.registries.error_reports import ErrorSource, report_error
from clinic import wsgi  # before what needs Django: it sets Django up
from clinic.lib.call_stack import with_stack_space
from clinic.lib.parent_death import die_with_parent
from clinic.serving import THREADS, Application, security_headers

log = logging.getLogger(__name__)

SILENCE_SECONDS, BODY_SECONDS = 10.0, 120.0
"""How long a body may pause, and how long it may take in all."""
MAX_BODY_BYTES = 12 * 1024 * 1024
"""More than the largest upload of any page (11 MB)."""
IN_MEMORY_BYTES = 256 * 1024
"""Longer bodies are stored in a temporary file."""

Headers = list[tuple[str, str]]
Environ = dict[str, Any]


class Scope(Protocol):
    """A request without its body, as granian passes it."""

    proto: str
    http_version: str
    server: str
    client: str
    scheme: str
    method: str
    path: str
    query_string: str
    authority: str | None
    headers: Any


class Connection(Protocol):
    """granian's object to read the body and to respond."""

    def __aiter__(self) -> AsyncIterator[bytes]: ...

    def response_bytes(self, status: int, headers: Headers, body: bytes) -> None: ...


class BadBody(Exception):
    """The body cannot be read; `status` is that of the response."""

    def __init__(self, status: int) -> None:
        super().__init__(responses[status])
        self.status = status


class ThreadedApplication:
    """Runs a WSGI application in threads; a request gets one when its body is complete."""

    def __init__(
        self,
        application: Application,
        *,
        threads: int = THREADS,
        silence_seconds: float = SILENCE_SECONDS,
        body_seconds: float = BODY_SECONDS,
    ) -> None:
        self.application = application
        self.silence_seconds, self.body_seconds = silence_seconds, body_seconds
        self.pool = ThreadPoolExecutor(threads, thread_name_prefix="request")

    async def __rsgi__(self, scope: Scope, connection: Connection) -> None:
        """Answer one request."""
        headers = [(name.lower(), value) for name, value in scope.headers.items()]
        with tempfile.SpooledTemporaryFile(IN_MEMORY_BYTES) as body:
            try:
                if _has_body(dict(headers)):
                    await self._read(connection, cast(IO[bytes], body), dict(headers))
            except BadBody as error:
                connection.response_bytes(*_plain_answer(error.status))
                return
            body.seek(0)
            environ = build_environ(scope, headers, cast(IO[bytes], body))
            loop = asyncio.get_running_loop()
            answer = await loop.run_in_executor(self.pool, self._run, environ)
        connection.response_bytes(*answer)

    async def _read(
        self, connection: Connection, body: IO[bytes], headers: Mapping[str, str]
    ) -> None:
        """Write the body to a file. Raises BadBody if it is too slow, too long or incomplete."""
        length = headers.get("content-length", "")
        if length.isdecimal() and int(length) > MAX_BODY_BYTES:
            raise BadBody(413)
        try:
            async with asyncio.timeout(self.body_seconds):
                chunks = aiter(connection)
                while (chunk := await self._next_chunk(chunks)) is not None:
                    body.write(chunk)
                    if body.tell() > MAX_BODY_BYTES:
                        raise BadBody(413)
        except TimeoutError:
            raise BadBody(408) from None
        if length.isdecimal() and int(length) != body.tell():
            raise BadBody(400)

    async def _next_chunk(self, chunks: AsyncIterator[bytes]) -> bytes | None:
        async with asyncio.timeout(self.silence_seconds):
            try:
                return (
                    await chunks.__anext__()
                )  # anext(chunks, None) crashes with granian's objects
            except StopAsyncIteration:
                return None

    def _run(self, environ: Environ) -> tuple[int, Headers, bytes]:
        started: list[Any] = []

        def start_response(status: str, headers: Headers, _exc_info: Any = None) -> None:
            started[:] = [int(status.split(" ", 1)[0]), list(headers)]

        try:
            content = with_stack_space(lambda: _joined(self.application, environ, start_response))
        except Exception as error:
            log.exception("A request failed outside the site's own error pages.")
            report_error(error, ErrorSource.REQUEST)
            return _plain_answer(500)
        return started[0], started[1], content


def build_environ(scope: Scope, headers: Headers, body: IO[bytes]) -> Environ:
    """Return the WSGI environment of a request. Header names with underscores are left out."""
    client, _, _port = scope.client.rpartition(":")
    server, _, port = scope.server.rpartition(":")
    environ: Environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": scope.path.encode().decode("latin-1"),
        "QUERY_STRING": scope.query_string,
        "REMOTE_ADDR": client.strip("[]"),
        "SERVER_NAME": server.strip("[]"),
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.input": body,
        "wsgi.errors": sys.stderr,
        "wsgi.input_terminated": True,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in headers:
        if "_" in name:
            continue
        key = name.upper().replace("-", "_")
        key = key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"
        separator = "; " if name == "cookie" else ","
        environ[key] = f"{environ[key]}{separator}{value}" if key in environ else value
    if scope.authority and "HTTP_HOST" not in environ:
        environ["HTTP_HOST"] = scope.authority
    return environ


def _has_body(headers: Mapping[str, str]) -> bool:
    return "transfer-encoding" in headers or headers.get("content-length", "0") != "0"


def _joined(
    application: Application, environ: Environ, start_response: Callable[..., Any]
) -> bytes:
    content: Iterable[bytes] = application(environ, start_response)
    return b"".join(content)


def _plain_answer(status: int) -> tuple[int, Headers, bytes]:
    content = f"{responses[status]}\n".encode()
    headers = security_headers() | {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Length": str(len(content)),
        "Cache-Control": "no-store",
        "Connection": "close",
    }
    return status, [*headers.items()], content


if (_server := multiprocessing.parent_process()) is not None:
    # If the server is killed, its processes would go on beside the next one, on the same port.
    die_with_parent(_server.pid or 0, signal.SIGTERM)

application = ThreadedApplication(wsgi.application)
