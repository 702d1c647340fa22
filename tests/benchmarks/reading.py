"""Requests a second: a cached article, compared with an empty page of the same server.

python -m tests.benchmarks.reading
"""

import socket
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from tests.servers.site import Site, running_site

SECONDS, CLIENTS = 4.0, 2
ARTICLE = "/articles/can-massage-help-restless-legs/"
PAGES = {
    "an empty page (/healthz)": "/healthz",
    "an article, kept": ARTICLE,
    "a topic, kept": "/articles/topics/massage/",
    "an article, not changed (304)": ARTICLE,
    "the list, kept": "/articles/",
    "an article, made each time": f"{ARTICLE}?made=each-time",
    "a search, made each time": "/articles/?q=iron",
}
ROW = "{what:<45}{rate:>12}{share:>12}"


def ask(url: str, path: str, tag: str) -> int:
    """Return the number of answers that one connection gets within SECONDS."""
    parts = urlsplit(url)
    head = f"GET {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nAccept-Encoding: gzip\r\n"
    request = (head + (f"If-None-Match: {tag}\r\n" if tag else "") + "\r\n").encode()
    answers, until = 0, time.perf_counter() + SECONDS
    with socket.create_connection((parts.hostname or "", parts.port or 80)) as connection:
        while time.perf_counter() < until:
            connection.sendall(request)
            read_answer(connection)
            answers += 1
    return answers


def read_answer(connection: socket.socket) -> bytes:
    """Read one whole response and return its head."""
    received = b""
    while b"\r\n\r\n" not in received:
        received += connection.recv(65536)
    head, _, body = received.partition(b"\r\n\r\n")
    status = int(head.split(b" ", 2)[1])
    assert status in (200, 304), head
    fields = (line.partition(b":") for line in head.lower().split(b"\r\n")[1:])
    length = next((int(value) for name, _, value in fields if name == b"content-length"), 0)
    missing = 0 if status == 304 else length - len(body)
    while missing > 0:
        missing -= len(connection.recv(65536))
    return head


def tag_of(site: Site) -> str:
    """The article's ETag."""
    parts = urlsplit(site.url)
    with socket.create_connection((parts.hostname or "", parts.port or 80)) as connection:
        connection.sendall(f"GET {ARTICLE} HTTP/1.1\r\nHost: {parts.netloc}\r\n\r\n".encode())
        head = read_answer(connection)
    return head.split(b"etag: ")[1].split(b"\r\n")[0].decode()


def main() -> None:
    print(ROW.format(what=f"{CLIENTS} clients", rate="per second", share="of empty"))
    with (
        tempfile.TemporaryDirectory(prefix="clinic-bench-") as folder,
        running_site(Path(folder), ABUSE_LIMITS="off") as site,
        ProcessPoolExecutor(CLIENTS) as pool,
    ):
        tag, empty = tag_of(site), 0.0
        for what, path in PAGES.items():
            said = tag if "304" in what else ""
            asking = [pool.submit(ask, site.url, path, said) for _ in range(CLIENTS)]
            rate = sum(future.result() for future in asking) / SECONDS
            empty = empty or rate
            print(ROW.format(what=what, rate=f"{rate:,.0f}", share=f"{rate / empty:.0%}"))


if __name__ == "__main__":
    main()
