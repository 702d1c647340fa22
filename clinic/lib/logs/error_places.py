"""Describe an error for the log without its message, which can contain personal data."""

import traceback

MOST_PLACES = 8


def describe_place(error: BaseException) -> str:
    """Return the name of an error and the places where it was raised, innermost first."""
    places = [
        f"{frame.filename}:{frame.lineno} {frame.name}"
        for frame in traceback.extract_tb(error.__traceback__)[-MOST_PLACES:]
    ]
    return f"{type(error).__name__} at {' < '.join(reversed(places))}"
