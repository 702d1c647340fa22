"""The queue of requests in each web process, their time limit, and what monitoring asks for.

Every complete request gets a thread (`clinic.rsgi`). At most `MAX_ACTIVE` requests are processed at
the same time, with database connections that pass from one to the next; up to `MAX_WAITING` wait
for a short time; others are answered at once with 503. Pages that are cached for everybody
(`clinic.lib.http.anonymous_cache`) are sent without waiting. Therefore the number of database
connections is fixed, and there is always a thread for /healthz.

A request waits for the queue and for the database at most DATABASE_WAIT_SECONDS in all. The time of
its own processing is not counted.
"""

import json
import logging
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from http.client import responses
from threading import Condition, Lock
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from clinic.errors import overloaded
from clinic.health_checks import readiness
from clinic.lib.database_wait import counted_waiting, wait_limit
from clinic.lib.http.anonymous_cache import find_cached_page
from clinic.metrics import answer_metrics
from clinic.middleware import UNUSED_FEATURES

log = logging.getLogger(__name__)
MAX_ACTIVE, MAX_WAITING, SPARE_THREADS = 8, 64, 8
THREADS = MAX_ACTIVE + MAX_WAITING + SPARE_THREADS
"""How many threads there are for requests in each process."""
QUEUE_SHARE = 0.5
"""The part of a request's time that it may spend waiting for its turn."""

MONITORING = ("/healthz", "/readyz", "/metrics")
Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]
ConnectionSet = dict[str, BaseDatabaseWrapper]
"""The database connections of one active request, by their name in DATABASES."""


class Overloaded(Exception):
    """Too many requests are waiting, or this one has waited too long."""


class RequestQueue:
    """Lets some requests be active, each with a set of connections, and others wait.

    The set that was used last is used next: its connections are open.
    """

    def __init__(self, max_active: int = MAX_ACTIVE, max_waiting: int = MAX_WAITING) -> None:
        self.free: list[ConnectionSet] = [{} for _ in range(max_active)]
        self.max_waiting = max_waiting
        self.waiting = 0
        self._changed = Condition()

    @contextmanager
    def turn(self, seconds: float) -> Iterator[None]:
        """Wait for a turn, and use its connections here. Raises Overloaded after `seconds`."""
        connection_set = self._take(seconds)
        try:
            for name, wrapper in connection_set.items():
                connections[name] = wrapper
            yield
        finally:
            for wrapper in connections.all(initialized_only=True):
                connection_set[wrapper.alias] = _shareable(wrapper)
                del connections[wrapper.alias]
            with self._changed:
                self.free.append(connection_set)
                self._changed.notify()

    def _take(self, seconds: float) -> ConnectionSet:
        with self._changed:
            if not self.free:
                if self.waiting >= self.max_waiting:
                    raise Overloaded
                self.waiting += 1
                try:
                    with counted_waiting():
                        self._changed.wait_for(lambda: self.free, timeout=seconds)
                finally:
                    self.waiting -= 1
                if not self.free:
                    raise Overloaded
            return self.free.pop()


class RefusalLog:
    """Logs that requests are refused: a line a second, since there can be thousands."""

    def __init__(self, seconds: float = 1.0) -> None:
        self.seconds = seconds
        self._number, self._logged_at = 0, float("-inf")
        self._lock = Lock()

    def count(self) -> None:
        """Count a refused request, and write how many there were unless that was just done."""
        with self._lock:
            self._number += 1
            now = time.monotonic()
            if now - self._logged_at < self.seconds:
                return
            number, self._number, self._logged_at = self._number, 0, now
        log.warning("503: too many requests at once, %d refused", number)


class LimitedApplication:
    """The WSGI application of the site, with its queue and its time limit."""

    def __init__(self, application: Application, *, seconds: float, queue: RequestQueue) -> None:
        self.application = application
        self.seconds = seconds
        self.queue = queue
        self.refusals = RefusalLog()

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path in MONITORING and environ["REQUEST_METHOD"] in ("GET", "HEAD"):
            return _answer_monitoring(path, environ, start_response)
        if find_cached_page(environ):  # which needs neither the database nor a turn
            return _complete(self.application, environ, start_response)
        try:
            with wait_limit(self.seconds), self.queue.turn(QUEUE_SHARE * self.seconds):
                return _complete(self.application, environ, start_response)
        except Overloaded:
            self.refusals.count()
            page = overloaded(path)
            return _respond(start_response, page.status_code, page.headers, page.content)


def _complete(
    application: Application, environ: Environ, start_response: StartResponse
) -> list[bytes]:
    """Make the whole response, so that a slow client does not keep its turn."""
    response = application(environ, start_response)
    try:
        return [b"".join(response)]
    finally:
        if hasattr(response, "close"):
            response.close()


def _answer_monitoring(path: str, environ: Environ, start_response: StartResponse) -> list[bytes]:
    """Answer /healthz, /readyz or /metrics: without the site's middleware, for any host name."""
    if path == "/metrics":
        measures = answer_metrics(environ.get("HTTP_AUTHORIZATION", ""))
        return _respond(start_response, measures.status, measures.headers, measures.body)
    answer = {"status": "ok"} if path == "/healthz" else readiness()
    status = 200 if answer["status"] == "ok" else 503
    headers = {"Content-Type": "application/json", "Cache-Control": "no-store"}
    return _respond(start_response, status, headers, json.dumps(answer).encode())


def _respond(
    start_response: StartResponse, status: int, headers: Mapping[str, str], content: bytes
) -> list[bytes]:
    length = {"Content-Length": str(len(content))}
    everything = security_headers() | length | dict(headers)
    start_response(f"{status} {responses[status]}", [*everything.items()])
    return [content]


def security_headers() -> dict[str, str]:
    """Return the security headers that the site's middleware would set."""
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    policy = "; ".join(f"{name} {' '.join(sources)}" for name, sources in directives.items())
    return {
        "Content-Security-Policy": policy,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": settings.X_FRAME_OPTIONS,
        "Referrer-Policy": settings.SECURE_REFERRER_POLICY,
        "Cross-Origin-Opener-Policy": settings.SECURE_CROSS_ORIGIN_OPENER_POLICY,
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": UNUSED_FEATURES,
    }


def _shareable(wrapper: BaseDatabaseWrapper) -> BaseDatabaseWrapper:
    """Allow other threads to use a connection; only one has it at a time."""
    if not wrapper.allow_thread_sharing:
        wrapper.inc_thread_sharing()
    return wrapper
