"""Choose a therapist for a patient without a preference."""

from collections.abc import Sequence
from dataclasses import dataclass

from booking.engine.slots import SessionLength
from booking.engine.spans import Spans


@dataclass(frozen=True, slots=True)
class Candidate:
    """A free therapist (pk), with minutes booked that week and idle time around the slot."""

    therapist: int
    booked_minutes: int
    idle_time: Spans


def choose_therapist(start: int, session: SessionLength, candidates: Sequence[Candidate]) -> int:
    """Return the candidate with the fewest booked minutes, then the tightest fit, then the first.

    `start` is a UTC minute since 1970. Returns the candidate's `therapist` key. Raises ValueError
    if there is no candidate.
    """
    best = min(
        enumerate(candidates),
        key=lambda pair: (
            pair[1].booked_minutes,
            smallest_gap_left(start, session, pair[1].idle_time),
            pair[0],
        ),
    )
    return best[1].therapist


def smallest_gap_left(start: int, session: SessionLength, idle_time: Spans) -> int:
    """Return the idle minutes left before or after the session, whichever are fewer.

    `start` is a UTC minute since 1970.
    """
    run = idle_time.span_containing(start)
    if run is None:
        return session.total  # not idle at all: the worst fit there is
    return min(start - run[0], max(0, run[1] - (start + session.total)))
