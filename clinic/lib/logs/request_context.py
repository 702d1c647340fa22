"""The request that log records belong to."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class RequestContext:
    """The id of a request, and when it began (`time.monotonic`)."""

    request_id: str
    started: float = field(default_factory=time.monotonic)

    @property
    def milliseconds(self) -> float:
        """How long the request has taken so far."""
        return round(1000 * (time.monotonic() - self.started), 1)


_current: ContextVar[RequestContext | None] = ContextVar("request_context", default=None)


@contextmanager
def request_context(request_id: str) -> Iterator[RequestContext]:
    """Let the log records of the block belong to a request."""
    context = RequestContext(request_id)
    token = _current.set(context)
    try:
        yield context
    finally:
        _current.reset(token)


def current_context() -> RequestContext | None:
    """Return the request that is being answered; None in a command, a job or the worker."""
    return _current.get()
