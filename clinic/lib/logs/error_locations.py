"""Describe an error for the log without its message, which can contain personal data."""

import traceback
from dataclasses import dataclass
from types import TracebackType

MAX_LOCATIONS = 8
OUR_PACKAGES = ("clinic", "booking", "articles", "tests")


@dataclass(frozen=True, slots=True)
class CodeLocation:
    """The line of code at which an error was raised, or through which it passed."""

    module: str
    function: str
    line: int

    def __str__(self) -> str:
        return f"{self.module}:{self.function}:{self.line}"


def describe_error_location(error: BaseException) -> str:
    """Return the name of an error and the locations where it was raised, innermost first."""
    locations = [
        f"{frame.filename}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)[-MAX_LOCATIONS:]
    ]
    return f"{type(error).__name__} at {' < '.join(reversed(locations))}"


def innermost_location(error: BaseException) -> CodeLocation:
    """Return the innermost line of our own code; of any code if none of ours was reached."""
    locations = list(_locations(error.__traceback__))
    ours = [location for location in locations if location.module.split(".")[0] in OUR_PACKAGES]
    return (ours or locations or [CodeLocation("", "", 0)])[-1]


def type_name(error: BaseException) -> str:
    """Return the type of an error with its module, unless it is Python's own."""
    kind = type(error)
    if kind.__module__ == "builtins":
        return kind.__qualname__
    return f"{kind.__module__}.{kind.__qualname__}"


def _locations(frames: TracebackType | None) -> list[CodeLocation]:
    locations = []
    while frames is not None:
        code = frames.tb_frame.f_code
        module = str(frames.tb_frame.f_globals.get("__name__", ""))
        locations.append(CodeLocation(module, code.co_name, frames.tb_lineno))
        frames = frames.tb_next
    return locations
