"""Try whether the cache keeps what it is given."""

from django.core.cache import cache

KEY, SECONDS = "probe", 5


def cache_keeps_values() -> bool:
    """Return whether a value that was written to the cache "default" can be read back.

    Raises whatever the cache raises while it is away: each kind has errors of its own.
    """
    cache.set(KEY, "ok", SECONDS)
    return bool(cache.get(KEY) == "ok")
