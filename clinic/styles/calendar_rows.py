"""Write the style sheet that places pieces in the rows of the calendar.

    python -m clinic.styles.calendar_rows

The class s<row> names the first row of a piece, d<rows> the number of its rows, and h<hours> how
many hours the calendar shows, by which its rows are as high as the window allows. These are classes
and not style attributes, because the security policy forbids those.
"""

from collections.abc import Iterator
from pathlib import Path

FILE = Path(__file__).parents[1] / "static" / "clinic" / "css" / "desk" / "calendar" / "rows.css"
ROW_MINUTES = 5
MINUTES_PER_HOUR = 60
LONGEST_DAY_MINUTES = 25 * 60
"""The day on which the clocks go back."""
ROWS = LONGEST_DAY_MINUTES // ROW_MINUTES


def calendar_rows_css() -> str:
    """Return the text of the style sheet, formatted as the linter wants it."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "/* Written by clinic/styles/calendar_rows.py: the rows of pieces and of days. */"
    yield "@layer desk.layout {"
    for row in range(ROWS):
        yield from _rule(f"s{row}", f"grid-row-start: {row + 1}")
    for rows in range(1, ROWS + 1):
        yield from _rule(f"d{rows}", f"grid-row-end: span {rows}")
    for hours in range(1, LONGEST_DAY_MINUTES // MINUTES_PER_HOUR + 1):
        yield from _rule(f"h{hours}", f"--rows: {hours * MINUTES_PER_HOUR // ROW_MINUTES}")
    yield "}"


def _rule(name: str, declaration: str) -> Iterator[str]:
    yield f"  .{name} {{"
    yield f"    {declaration};"
    yield "  }"


if __name__ == "__main__":
    FILE.write_text(calendar_rows_css(), encoding="utf-8")
