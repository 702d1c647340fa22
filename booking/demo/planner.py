"""Plans appointments that never overlap. Plain Python, like the engine.

All therapists walk through their open time together, always the earliest next:

    Maya    |--60--|..|    |----90----|..|          placed, or a pause; then on to the
    Daniel     |-30-|.||--60--|..|                  minute at which she or he is free again

Since starts come in the order of time, a room is free when its last appointment is over: one
number a room is enough. No therapist and no room can be taken twice, by construction.
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
"""Shares of what was booked."""


@dataclass(frozen=True, slots=True)
class TherapistOption:
    """An option as one therapist gives it, with the rooms that would do, by preference."""

    option: int
    session: SessionLength
    price: Decimal
    rooms: Sequence[int]
    weight: float


@dataclass(frozen=True, slots=True)
class TherapistPlan:
    """A therapist's open time and choices (at least one)."""

    therapist: int
    open: Spans
    choices: Sequence[TherapistOption]


class PlannedAppointment(NamedTuple):
    """One appointment; start in minutes since the epoch."""

    therapist: int
    room: int
    choice: TherapistOption
    start: int
    status: Status

    @property
    def end(self) -> int:
        return self.start + self.choice.session.minutes

    @property
    def blocked_until(self) -> int:
        return self.start + self.choice.session.total


@dataclass(slots=True)
class PlanCursor:
    """Where a worker is: in which open span, and what belongs to their choices."""

    worker: TherapistPlan
    weights: Sequence[float]
    longest_minutes: int
    pause_share: float
    index: int = 0

    @classmethod
    def of(cls, worker: TherapistPlan) -> "PlanCursor":
        weights = [choice.weight for choice in worker.choices]
        mean = sum(c.session.total * c.weight for c in worker.choices) / sum(weights)
        longest_minutes = max(choice.session.minutes for choice in worker.choices)
        return cls(worker, weights, longest_minutes, sum(PAUSE_MINUTES) / len(PAUSE_MINUTES) / mean)

    def next_start(self, minute: int, grid: Sequence[int]) -> int | None:
        """The first start on the grid from a minute on, in open time; None after the last."""
        spans = self.worker.open.pairs
        while self.index < len(spans):
            begin, end = spans[self.index]
            place = bisect_left(grid, max(minute, begin))
            if place < len(grid) and grid[place] < end:
                return grid[place]
            self.index += 1
        return None

    def should_book(self, occupancy: float, rng: Random) -> bool:
        """Whether to place one, rather than pause, so that `fill` of the time is taken."""
        pause = occupancy * self.pause_share
        return rng.random() < pause / (1 - occupancy + pause)

    def choose(self, start: int, rng: Random) -> TherapistOption | None:
        """An option that is over before this open span is."""
        left = self.worker.open.pairs[self.index][1] - start
        choices, weights = self.worker.choices, self.weights
        if left < self.longest_minutes:
            choices = [choice for choice in choices if choice.session.minutes <= left]
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
    """Appointments in the order of their starts, all over (turnaround included) by `until`.

    `grid` is sorted; `fill` tells, for a start, which share of the time is taken (0 to 1).
    """
    walks = [PlanCursor.of(worker) for worker in therapists]
    free_at: dict[int, int] = {}
    queue = [
        (start, number)
        for number, walk in enumerate(walks)
        if (start := walk.next_start(grid[0], grid)) is not None
    ]
    heapify(queue)
    while queue:
        start, number = heappop(queue)
        walk = walks[number]
        placed = _place(walk, start, free_at, occupancy(start), rng) if start < until else None
        then = start + rng.choice(PAUSE_MINUTES)
        if placed is not None and start + placed[0].session.total <= until:
            choice, room = placed
            status = random_status((start, start + choice.session.total), now, rng)
            yield PlannedAppointment(walk.worker.therapist, room, choice, start, status)
            if status == Status.CANCELLED:
                then = start  # the time is free again: it may be taken once more
            else:
                then = free_at[room] = start + choice.session.total
        following = walk.next_start(then, grid)
        if following is not None:
            heappush(queue, (following, number))


def random_status(span: Span, now: int, rng: Random) -> Status:
    """What has become of an appointment by now."""
    luck = rng.random()
    if luck < CANCELLED_SHARE:
        return Status.CANCELLED
    if span[0] > now:
        return Status.BOOKED
    if span[1] > now:
        return Status.ARRIVED
    return Status.NO_SHOW if luck < CANCELLED_SHARE + NO_SHOW_SHARE else Status.COMPLETED


def _place(
    walk: PlanCursor, start: int, free_at: dict[int, int], occupancy: float, rng: Random
) -> tuple[TherapistOption, int] | None:
    """An option and a free room, or None for a pause."""
    if not walk.should_book(occupancy, rng):
        return None
    choice = walk.choose(start, rng)
    if choice is None:
        return None
    for room in choice.rooms:
        if free_at.get(room, start) <= start:
            return choice, room
    return None
