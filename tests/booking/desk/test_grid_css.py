"""The style sheet that places the calendar's pieces has a class for every place there can be."""

import re
from pathlib import Path

from booking.queries.appointments.calendar_grid import ROW_MINUTES

CSS = Path("clinic/static/clinic/css/desk-grid.css")
LONGEST_DAY = 25 * 60


def test_every_row_of_the_longest_day_can_be_the_first_and_any_number_can_follow() -> None:
    css = (Path(__file__).parents[3] / CSS).read_text()
    starts = {
        int(row): int(line) for row, line in re.findall(r"\.s(\d+)\{grid-row-start:(\d+)\}", css)
    }
    spans = {
        int(rows): int(span)
        for rows, span in re.findall(r"\.d(\d+)\{grid-row-end:span (\d+)\}", css)
    }

    assert starts == {row: row + 1 for row in range(LONGEST_DAY // ROW_MINUTES)}
    assert spans == {rows: rows for rows in range(1, LONGEST_DAY // ROW_MINUTES + 1)}
