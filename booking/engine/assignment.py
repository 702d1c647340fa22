"""Who takes a booking when the patient has no wish."""

from collections.abc import Sequence
from dataclasses import dataclass

from booking.engine.slots import SessionLength
from booking.engine.spans import Spans


@dataclass(frozen=True, slots=True)
class Candidate:
    """A therapist who could take it: minutes booked that week, and the idle time around."""

    therapist: int
    booked_minutes: int
    idle: Spans


def choose_therapist(start: int, session: SessionLength, candidates: Sequence[Candidate]) -> int:
    """Fewest booked minutes that week, then the tightest fit, then the order given."""
    best = min(
        enumerate(candidates),
        key=lambda pair: (
            pair[1].booked_minutes,
            smallest_gap_left(start, session, pair[1].idle),
            pair[0],
        ),
    )
    return best[1].therapist


def smallest_gap_left(start: int, session: SessionLength, idle: Spans) -> int:
    """The smaller of the idle minutes left before and after; 0 sits snugly at a neighbour."""
    run = idle.around(start)
    if run is None:
        return session.total  # not idle at all: the worst fit there is
    return min(start - run[0], max(0, run[1] - (start + session.total)))
