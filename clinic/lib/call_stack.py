"""Stack space for deep calls, so that Python does not get and return memory for each of them.

Python keeps the frames of a thread in pieces of 16 kB. A loop that calls across the end of a piece
gets a new piece from the system with each call, and returns it: rendering one page took 450 of
these pairs, a quarter of its processor time. A frame that is larger than a piece gets one of its
own, of the next power of two, and what is left of it is for the calls inside.
"""

from collections.abc import Callable
from typing import TypeVar

Result = TypeVar("Result")
SLOTS = 40_000
"""The size of the large frame in pointers: 320 kB of a piece of 512 kB. The system gives memory
only to the part that is used."""


def with_stack_space(call: Callable[[], Result]) -> Result:
    """Call a function with stack space for deep calls."""
    return call()


with_stack_space.__code__ = with_stack_space.__code__.replace(co_stacksize=SLOTS)
