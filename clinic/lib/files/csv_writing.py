"""Tables as files for a spreadsheet, in which no cell can become a formula."""

import csv
from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import StringIO

Cell = str | int | float | Decimal | None
BYTE_ORDER_MARK = "\ufeff"
"""By this, spreadsheets know that the file is UTF-8."""
FORMULA_PREFIXES = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a spreadsheet takes for the beginning of a formula (the last four are as wide as Chinese
letters), or strips to find one behind it."""


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """The whole file. Numbers stay numbers; text that would calculate gets an apostrophe."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([escape_formula(cell) for cell in header])
    writer.writerows([[escape_formula(cell) for cell in row] for row in rows])
    return BYTE_ORDER_MARK + out.getvalue()


def escape_formula(cell: Cell) -> Cell:
    """The cell as it may stand in the file (OWASP, CSV injection)."""
    if isinstance(cell, str) and cell.lstrip(" ").startswith(FORMULA_PREFIXES):
        return f"'{cell}"
    return "" if cell is None else cell
