"""Describe an error for the log without its message, which can contain personal data."""

import traceback
from dataclasses import dataclass
from types import TracebackType

MOST_PLACES = 8
OUR_PACKAGES = ("clinic", "booking", "articles", "tests")


@dataclass(frozen=True, slots=True)
class Place:
    """Where an error was raised."""

    module: str
    function: str
    line: int

    def __str__(self) -> str:
        return f"{self.module}:{self.function}:{self.line}"


def describe_place(error: BaseException) -> str:
    """Return the name of an error and the places where it was raised, innermost first."""
    places = [
        f"{frame.filename}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)[-MOST_PLACES:]
    ]
    return f"{type(error).__name__} at {' < '.join(reversed(places))}"


def innermost_place(error: BaseException) -> Place:
    """Return the place of the innermost frame in our own code, or in any code if there is none."""
    places = list(_places(error.__traceback__))
    ours = [place for place in places if place.module.split(".")[0] in OUR_PACKAGES]
    return (ours or places or [Place("", "", 0)])[-1]


def type_name(error: BaseException) -> str:
    """Return the type of an error with its module, unless it is Python's own."""
    kind = type(error)
    if kind.__module__ == "builtins":
        return kind.__qualname__
    return f"{kind.__module__}.{kind.__qualname__}"


def _places(frames: TracebackType | None) -> list[Place]:
    places = []
    while frames is not None:
        code = frames.tb_frame.f_code
        module = str(frames.tb_frame.f_globals.get("__name__", ""))
        places.append(Place(module, code.co_name, frames.tb_lineno))
        frames = frames.tb_next
    return places
