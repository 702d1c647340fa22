"""The days of all therapists side by side: a row per therapist, a cell per date."""

from collections.abc import Sequence
from dataclasses import dataclass

from booking.models import Therapist
from booking.queries.appointments.calendar_grid import CalendarGrid, CalendarLane


@dataclass(frozen=True, slots=True)
class WeekRow:
    """One therapist and their lanes, in order of the dates."""

    therapist: Therapist
    lanes: Sequence[CalendarLane]

    @property
    def is_off(self) -> bool:
        """Whether they work on none of the days, and nothing is booked."""
        return all(lane.is_off for lane in self.lanes)


def week_rows(grid: CalendarGrid, therapists: Sequence[Therapist]) -> list[WeekRow]:
    """Return a row for each therapist of a grid of several days."""
    return [
        WeekRow(therapist, [lane for lane in grid.lanes if lane.key == therapist.slug])
        for therapist in therapists
    ]
