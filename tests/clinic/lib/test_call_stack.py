"""Deep calls in a loop do not get memory from the system again and again."""

import resource
from collections.abc import Callable

from clinic.lib.call_stack import with_stack_space

CALLS, DEPTHS = 200, range(1, 150)


def dive(depth: int) -> int:
    return 0 if depth == 0 else dive(depth - 1) + 1


def faults(call: Callable[[], object]) -> int:
    """Return how often the system had to give memory while the function was called CALLS times."""
    before = resource.getrusage(resource.RUSAGE_THREAD).ru_minflt
    for _ in range(CALLS):
        call()
    return resource.getrusage(resource.RUSAGE_THREAD).ru_minflt - before


def most_faults() -> int:
    """Return the most for any depth: with one of them each call crosses the end of a piece."""
    return max(faults(lambda depth=depth: dive(depth)) for depth in DEPTHS)


def test_calls_across_the_end_of_a_piece_cost_memory_without_room_only() -> None:
    assert with_stack_space(lambda: "done") == "done"
    assert most_faults() >= CALLS
    assert with_stack_space(most_faults) < CALLS
