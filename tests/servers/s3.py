"""A small S3 service for tests: one bucket in memory, without checks of signatures.

It knows what django-storages asks for: put, get, head, delete, and lists with a delimiter.
`python -m tests.servers.s3 PORT` serves it until it is killed.
"""

import hashlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

MODIFIED = "Mon, 02 Nov 2026 12:00:00 GMT"
LISTED = "2026-11-02T12:00:00.000Z"


class Service(ThreadingHTTPServer):
    """The server. `objects` holds the files by their path, which begins with the bucket."""

    daemon_threads = True

    def __init__(self, port: int = 0) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.objects: dict[str, bytes] = {}

    @property
    def url(self) -> str:
        """The MEDIA_STORAGE of its bucket."""
        return f"s3://key:secret@127.0.0.1:{self.server_port}/pictures?https=off"


class Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    server: Service

    def do_PUT(self) -> None:  # the library's name
        content = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.objects[self._key] = content
        self._answer(200, b"", content)

    def do_GET(self) -> None:
        url = urlsplit(self.path)
        if url.path.strip("/").count("/") == 0:
            found = self._list({name: texts[0] for name, texts in parse_qs(url.query).items()})
            self._answer(200, found.encode())
        elif (content := self.server.objects.get(self._key)) is not None:
            self._answer(200, content, content)
        else:
            self._answer(404, b"<Error><Code>NoSuchKey</Code></Error>")

    def do_HEAD(self) -> None:
        content = self.server.objects.get(self._key)
        self._answer(404 if content is None else 200, content or b"", content)

    def do_DELETE(self) -> None:
        self.server.objects.pop(self._key, None)
        self._answer(204, b"")

    def log_message(self, *_arguments: object) -> None:
        """Say nothing."""

    @property
    def _key(self) -> str:
        return unquote(urlsplit(self.path).path).strip("/")

    def _list(self, query: dict[str, str]) -> str:
        bucket, prefix = self._key, query.get("prefix", "")
        names = [name.removeprefix(f"{bucket}/") for name in self.server.objects]
        below = sorted(name for name in names if name.startswith(prefix))
        files = [name for name in below if "/" not in name.removeprefix(prefix)]
        folders = {
            f"{prefix}{name.removeprefix(prefix).split('/')[0]}/"
            for name in below
            if name not in files
        }
        rows = [
            f"<Contents><Key>{escape(name)}</Key><LastModified>{LISTED}</LastModified></Contents>"
            for name in files
        ]
        rows += [
            f"<CommonPrefixes><Prefix>{escape(folder)}</Prefix></CommonPrefixes>"
            for folder in sorted(folders)
        ]
        return (
            '<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
            f"<IsTruncated>false</IsTruncated>{''.join(rows)}</ListBucketResult>"
        )

    def _answer(self, status: int, body: bytes, stored: bytes | None = None) -> None:
        self.send_response(status)
        if stored is not None:
            self.send_header("ETag", f'"{hashlib.md5(stored).hexdigest()}"')
            self.send_header("Last-Modified", MODIFIED)
        if status != 204:  # no content
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


@contextmanager
def s3_service() -> Iterator[Service]:
    """Serve an empty bucket within this block."""
    service = Service()
    thread = Thread(target=service.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield service
    finally:
        service.shutdown()
        service.server_close()
        thread.join()


if __name__ == "__main__":
    Service(int(sys.argv[1])).serve_forever()
