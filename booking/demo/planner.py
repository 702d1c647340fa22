"""Plans appointments that never overlap. Plain Python, like the engine.

All therapists walk through their open time together, always the earliest next:

    Maya    |--60--|..|    |----90----|..|          placed, or a pause; then on to the
    Daniel     |-30-|.||--60--|..|                  minute at which she or he is free again

Since starts come in the order of time, a room is free when its last appointment is over: one
number for each room is enough. No therapist and no room can be taken twice, by construction.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from heapq import heapify, heappop, heappush
from random import Random
from typing import NamedTuple

from booking.engine.slots import SessionLength
from booking.engine.spans import Span, Spans
from booking.lifecycle import Status

PAUSE_MINUTES = (15, 30, 30, 45, 60, 90)
"""Minutes without an appointment, chosen at random."""
CANCELLED_SHARE, NO_SHOW_SHARE = 0.07, 0.03
"""Shares of the booked appointments."""


@dataclass(frozen=True, slots=True)
class TherapistOption:
    """An option of one therapist, with the suitable rooms in order of preference."""

    option: int
    session: SessionLength
    price: Decimal
    rooms: Sequence[int]
    weight: float


@dataclass(frozen=True, slots=True)
class TherapistPlan:
    """A therapist's open time (epoch minutes) and options (at least one)."""

    therapist: int
    open_spans: Spans
    choices: Sequence[TherapistOption]


class PlannedAppointment(NamedTuple):
    """A planned appointment; `start` in minutes since the epoch."""

    therapist: int
    room: int
    choice: TherapistOption
    start: int
    status: Status

    @property
    def end(self) -> int:
        """The end of the session."""
        return self.start + self.choice.session.minutes

    @property
    def blocked_until(self) -> int:
        """The end of the turnaround."""
        return self.start + self.choice.session.total


@dataclass(slots=True)
class PlanCursor:
    """The position in one therapist's plan: the index of the present open span."""

    plan: TherapistPlan
    weights: Sequence[float]
    longest_minutes: int
    pause_share: float
    index: int = 0

    @classmethod
    def for_therapist(cls, plan: TherapistPlan) -> "PlanCursor":
        """Return a cursor at the first open span."""
        weights = [choice.weight for choice in plan.choices]
        mean = sum(c.session.total * c.weight for c in plan.choices) / sum(weights)
        longest_minutes = max(choice.session.minutes for choice in plan.choices)
        return cls(plan, weights, longest_minutes, sum(PAUSE_MINUTES) / len(PAUSE_MINUTES) / mean)

    def next_start(self, minute: int, grid: Sequence[int]) -> int | None:
        """Return the first start on the grid from a minute on in open time, or None."""
        spans = self.plan.open_spans.pairs
        while self.index < len(spans):
            begin, end = spans[self.index]
            position = bisect_left(grid, max(minute, begin))
            if position < len(grid) and grid[position] < end:
                return grid[position]
            self.index += 1
        return None

    def should_book(self, occupancy: float, rng: Random) -> bool:
        """Return whether to book rather than pause, so that `occupancy` of the time is taken."""
        pause = occupancy * self.pause_share
        return rng.random() < pause / (1 - occupancy + pause)

    def choose(self, start: int, rng: Random) -> TherapistOption | None:
        """Return a random option that ends within this open span, or None if none does."""
        minutes_left = self.plan.open_spans.pairs[self.index][1] - start
        choices, weights = self.plan.choices, self.weights
        if minutes_left < self.longest_minutes:
            choices = [choice for choice in choices if choice.session.minutes <= minutes_left]
            weights = [choice.weight for choice in choices]
        return rng.choices(choices, weights)[0] if choices else None


def plan_appointments(
    therapists: Sequence[TherapistPlan],
    *,
    until: int,
    grid: Sequence[int],
    now: int,
    occupancy: Callable[[int], float],
    rng: Random,
) -> Iterator[PlannedAppointment]:
    """Yield appointments in the order of their starts; all end, with turnaround, by `until`.

    Instants are epoch minutes; `grid` has the possible starts, sorted. `occupancy` returns, for a
    start, the share of the time to take, 0 to 1.
    """
    cursors = [PlanCursor.for_therapist(plan) for plan in therapists]
    free_at: dict[int, int] = {}
    queue = [
        (start, number)
        for number, cursor in enumerate(cursors)
        if (start := cursor.next_start(grid[0], grid)) is not None
    ]
    heapify(queue)
    while queue:
        start, number = heappop(queue)
        cursor = cursors[number]
        placed = _place(cursor, start, free_at, occupancy(start), rng) if start < until else None
        next_minute = start + rng.choice(PAUSE_MINUTES)
        if placed is not None and start + placed[0].session.total <= until:
            choice, room = placed
            status = random_status((start, start + choice.session.total), now, rng)
            yield PlannedAppointment(cursor.plan.therapist, room, choice, start, status)
            if status == Status.CANCELLED:
                next_minute = start  # the time is free again: it may be taken once more
            else:
                next_minute = free_at[room] = start + choice.session.total
        following = cursor.next_start(next_minute, grid)
        if following is not None:
            heappush(queue, (following, number))


def random_status(span: Span, now: int, rng: Random) -> Status:
    """Return a random status that is possible for an appointment at `now`."""
    luck = rng.random()
    if luck < CANCELLED_SHARE:
        return Status.CANCELLED
    if span[0] > now:
        return Status.BOOKED
    if span[1] > now:
        return Status.ARRIVED
    return Status.NO_SHOW if luck < CANCELLED_SHARE + NO_SHOW_SHARE else Status.COMPLETED


def _place(
    cursor: PlanCursor, start: int, free_at: dict[int, int], occupancy: float, rng: Random
) -> tuple[TherapistOption, int] | None:
    """Return an option and a free room, or None for a pause."""
    if not cursor.should_book(occupancy, rng):
        return None
    choice = cursor.choose(start, rng)
    if choice is None:
        return None
    for room in choice.rooms:
        if free_at.get(room, start) <= start:
            return choice, room
    return None
