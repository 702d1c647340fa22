"""Write tables as CSV files in which no cell is a formula."""

import csv
from collections.abc import Iterable, Sequence
from decimal import Decimal
from io import StringIO

from django.http import HttpResponse

Cell = str | int | float | Decimal | None
BYTE_ORDER_MARK = "\ufeff"
"""Tells spreadsheet programs that the file is in UTF-8."""
FORMULA_PREFIXES = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What spreadsheet programs take for the beginning of a formula, or strip to find one behind it.
The last four are the full-width forms of East Asian keyboards."""


def csv_response(
    file_name: str, header: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> HttpResponse:
    """Return a table as a file to download. `file_name` is ASCII."""
    return HttpResponse(
        write_csv(header, rows),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{file_name}"'},
    )


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> str:
    """Return a table as CSV. Numbers stay numbers; text like a formula gets an apostrophe."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow([escape_formula(cell) for cell in header])
    writer.writerows([[escape_formula(cell) for cell in row] for row in rows])
    return BYTE_ORDER_MARK + out.getvalue()


def escape_formula(cell: Cell) -> Cell:
    """Return a cell that no spreadsheet program calculates (OWASP, CSV injection)."""
    if isinstance(cell, str) and cell.lstrip(" ").startswith(FORMULA_PREFIXES):
        return f"'{cell}"
    return "" if cell is None else cell
