"""Django's Redis cache, in which a Redis that does not answer keeps no page waiting."""

from typing import Any

from django.core.cache.backends.redis import RedisCache
from redis.backoff import NoBackoff
from redis.retry import Retry

WAIT_SECONDS = 0.5
"""How long to wait for a connection, and for an answer."""


class QuickRedisCache(RedisCache):
    """Waits WAIT_SECONDS at most, and does not try again by itself (redis-py: for seconds)."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        limits = {
            "socket_connect_timeout": WAIT_SECONDS,
            "socket_timeout": WAIT_SECONDS,
            "retry": Retry(NoBackoff(), 0),
        }
        super().__init__(server, {**params, "OPTIONS": limits | params.get("OPTIONS", {})})
