"""What features add to the demo clinic.

    demo_data.register(fill)

where `fill()` saves rows, after those of the core and in the same transaction.
"""

from collections.abc import Callable

_fillers: list[Callable[[], None]] = []


def register(fill: Callable[[], None]) -> None:
    """Add a function. Registering it twice adds it once."""
    if fill not in _fillers:
        _fillers.append(fill)


def add_demo_data() -> None:
    """Call what the features have registered."""
    for fill in _fillers:
        fill()
