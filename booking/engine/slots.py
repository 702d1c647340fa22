"""Compute the starts that can be booked.

    open      |--------------------------|            hours minus time off and closures
    busy              |------|..|                     appointments with their turnaround (..)
    session  |----|..|                                must be inside open; with its turnaround
                                                      clear of busy. Turnaround may run past
                                                      closing time.

The calculation works on starts: a span of open time becomes the span of minutes at which
the session could begin, a busy span becomes the minutes at which it would collide. What is
left, on the grid, is bookable. One sweep a therapist, one for all rooms.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from booking.engine.spans import EMPTY_SPANS, Span, Spans


@dataclass(frozen=True, slots=True)
class SessionLength:
    """Minutes of treatment, and of turnaround after it."""

    minutes: int
    turnaround: int = 0

    @property
    def total(self) -> int:
        return self.minutes + self.turnaround


@dataclass(frozen=True, slots=True)
class TherapistCalendar:
    """One therapist's open and busy time.

    `shortest` is the shortest session they offer; None switches the gap rule off.
    """

    therapist: int
    open: Spans
    busy: Spans = EMPTY_SPANS
    shortest: SessionLength | None = None


class Slot(NamedTuple):
    """A bookable start (UTC minute), and the therapists (pk) who are free then, in order."""

    start: int
    therapists: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SlotQuery:
    """A session, the minutes at which it may start, and what is occupied.

    `grid` is sorted; `window` bounds the starts (notice, horizon, the dates asked about);
    `rooms` maps each suitable room (pk) to its busy spans.
    """

    session: SessionLength
    window: Span
    grid: Sequence[int]
    calendars: Sequence[TherapistCalendar]
    rooms: Mapping[int, Spans] = field(default_factory=dict)
    avoid_gaps: bool = False


def find_slots(slot_query: SlotQuery) -> list[Slot]:
    """Return all bookable starts, in order."""
    possible = starts_with_free_room(slot_query)
    takers: dict[int, list[int]] = defaultdict(list)
    for calendar in slot_query.calendars:
        therapist = calendar.therapist
        for start in bookable_starts(calendar, slot_query, possible):
            takers[start].append(therapist)
    return [Slot(start, tuple(takers[start])) for start in sorted(takers)]


def starts_with_free_room(slot_query: SlotQuery) -> Spans:
    """Return the minutes of the window at which a room is free for the whole session."""
    window = Spans.of([(slot_query.window[0], slot_query.window[1])])
    full: Spans | None = None  # the minutes at which all rooms read so far are taken
    for busy in slot_query.rooms.values():
        blocked = busy.starts_overlapping(slot_query.session.total)
        full = blocked if full is None else full & blocked
        if not full:
            return window
    return EMPTY_SPANS if full is None else window - full


def bookable_starts(
    calendar: TherapistCalendar, slot_query: SlotQuery, possible: Spans
) -> Iterable[int]:
    """Return the grid starts at which one therapist could begin the session."""
    free = calendar.open.starts_fitting(slot_query.session.minutes)
    starts = (free & possible) - calendar.busy.starts_overlapping(slot_query.session.total)
    on_grid = [
        minute
        for begin, end in starts
        for minute in slot_query.grid[
            bisect_left(slot_query.grid, begin) : bisect_left(slot_query.grid, end)
        ]
    ]
    if not slot_query.avoid_gaps or calendar.shortest is None:
        return on_grid
    idle_time = calendar.open - calendar.busy
    return [
        start for start in on_grid if leaves_no_gap(start, slot_query.session, calendar, idle_time)
    ]


def leaves_no_gap(
    start: int, session: SessionLength, calendar: TherapistCalendar, idle_time: Spans
) -> bool:
    """Return whether the idle time left before and after is empty or long enough to be booked.

        idle     |-----------------------|
        session      |------|..|
        pieces   |--|           |--------|

    The piece before ends at this appointment, so the shortest session must fit with its
    turnaround; the piece after may end at closing time, which turnaround may pass.
    """
    shortest = calendar.shortest or session
    gap_before, free_again = idle_time.span_containing(start), start + session.total
    minutes_before = 0 if gap_before is None else start - gap_before[0]
    if 0 < minutes_before < shortest.total:
        return False
    gap_after = idle_time.span_containing(free_again)
    if gap_after is None or gap_after[0] == free_again:
        return True  # no gap is left, or the whole idle time
    fits = free_again + shortest.minutes <= gap_after[1]
    return fits and not calendar.busy.overlaps(free_again, free_again + shortest.total)


def free_rooms(start: int, session: SessionLength, rooms: Mapping[int, Spans]) -> list[int]:
    """Return the rooms that are free for a session at a start, in the given order."""
    session_span = Spans(((start, start + session.total),))
    return [room for room, busy in rooms.items() if not busy & session_span]
