"""A further connection to the database, beside the one that requests and commands use."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import connections


@contextmanager
def second_connection(alias: str, changes: Mapping[str, Any] | None = None) -> Iterator[None]:
    """Add a connection under an alias in this block, with the settings of the default one.

    `changes` replaces some of these settings, such as NAME.
    """
    connections.settings[alias] = {**connections.settings["default"], **(changes or {})}
    try:
        yield
    finally:
        connections[alias].close()
        del connections[alias]
        del connections.settings[alias]
