"""A Redis that does not answer keeps no page waiting."""

import socket
from collections.abc import Iterator

import pytest
from redis.exceptions import TimeoutError as NoAnswer

from clinic.lib import redis_cache


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """A server that takes connections and never says anything."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def test_a_redis_that_does_not_answer_is_asked_once_and_not_for_long(
    silent: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(redis_cache, "WAIT_SECONDS", 0.05)
    address = f"redis://127.0.0.1:{silent.getsockname()[1]}/0"

    with pytest.raises(NoAnswer):
        redis_cache.QuickRedisCache(address, {}).incr("key")

    silent.accept()[0].close()
    with pytest.raises(BlockingIOError):  # nobody else has called
        silent.accept()
