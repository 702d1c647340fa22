"""Build the week of all therapists as a table: a row per therapist, a cell per date."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from booking.engine.spans import EMPTY_SPANS, Spans
from booking.models import Appointment, Therapist
from booking.queries.appointments.calendar_data import CalendarData
from booking.queries.availability.schedule_spans import span_of_days
from clinic.lib.dates.zones import local_date


@dataclass(frozen=True, slots=True)
class RosterCell:
    """One therapist on one date: the appointments, whether they work, and the absence note."""

    appointments: Sequence[Appointment]
    works: bool
    away: str


def roster_cells(
    loaded: CalendarData, therapists: Sequence[Therapist], days: Sequence[date]
) -> list[list[RosterCell]]:
    """Return a list of cells for each therapist, in order of the dates."""
    table: dict[tuple[int, date], list[Appointment]] = defaultdict(list)
    for row in sorted(loaded.appointments, key=lambda row: row.starts_at):
        table[row.therapist_id, local_date(row.starts_at, loaded.zone)].append(row)
    spans = [(day, Spans.of([span_of_days([day], loaded.zone)])) for day in days]
    return [
        [
            RosterCell(
                table[therapist.pk, day],
                works=bool(loaded.hours.get(therapist.pk, EMPTY_SPANS) & span),
                away=_away(loaded, therapist.pk, span),
            )
            for day, span in spans
        ]
        for therapist in therapists
    ]


def _away(loaded: CalendarData, therapist: int, span: Spans) -> str:
    """Return the note of an absence in the span, if there is one."""
    texts = (
        text
        for therapist_id, absence, text in loaded.away
        if therapist_id in (None, therapist) and Spans.of([absence]) & span
    )
    return next(texts, "")
