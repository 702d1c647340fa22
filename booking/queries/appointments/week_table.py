"""Everybody's week as a table: a line for each therapist, a cell for each date."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from booking.engine.spans import NOTHING, Spans
from booking.models import Appointment, Therapist
from booking.queries.appointments.calendar_grid import Loaded
from booking.queries.availability.schedule_spans import real_span


@dataclass(frozen=True, slots=True)
class Cell:
    """One therapist's date in a table: who comes, whether they work, what they are away for."""

    appointments: Sequence[Appointment]
    works: bool
    away: str


def cells_of(
    loaded: Loaded, therapists: Sequence[Therapist], days: Sequence[date]
) -> list[list[Cell]]:
    """A list of cells for each therapist, in order of the dates."""
    table: dict[tuple[int, date], list[Appointment]] = defaultdict(list)
    for row in sorted(loaded.appointments, key=lambda row: row.starts_at):
        table[row.therapist_id, row.starts_at.astimezone(loaded.zone).date()].append(row)
    spans = [(day, Spans.of([real_span([day], loaded.zone)])) for day in days]
    return [
        [
            Cell(
                table[one.pk, day],
                works=bool(loaded.hours.get(one.pk, NOTHING) & span),
                away=_away(loaded, one.pk, span),
            )
            for day, span in spans
        ]
        for one in therapists
    ]


def _away(loaded: Loaded, therapist: int, span: Spans) -> str:
    """What they are away for, if it is written down."""
    texts = (
        text
        for who, off, text in loaded.away
        if who in (None, therapist) and Spans.of([off]) & span
    )
    return next(texts, "")
