"""Read a table from a CSV file of unknown origin. Each mistake in it gets a line and a sentence."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

from django.utils.translation import gettext as _

from clinic.lib.files.csv_writing import FORMULA_PREFIXES
from clinic.lib.text.invisible import strip_invisible

DELIMITERS = ",;\t"
MAX_CELL_LENGTH = 1000
MAX_SHOWN_NAME_LENGTH = 40


@dataclass(frozen=True, slots=True, order=True)
class CsvError:
    """A mistake in a file. Line 1 is the header; line 0 means the file as a whole."""

    line: int
    message: str


@dataclass(frozen=True, slots=True)
class CsvRow:
    """A line below the header: its cells by column name. Cells that are missing have no key."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class CsvTable:
    """The rows without mistakes, and the mistakes of the others."""

    rows: Sequence[CsvRow] = ()
    errors: Sequence[CsvError] = field(default_factory=tuple)


def read_csv(
    text: str, columns: Sequence[str], *, required: Sequence[str], max_rows: int
) -> CsvTable:
    """Read a table with known columns, in any order, separated by comma, semicolon or tab.

    `required` columns must be there and filled in. A cell that a spreadsheet program would
    calculate is an error, except for a phone number that begins with "+".
    """
    if not text.strip():
        return CsvTable(errors=[CsvError(0, _("The file is empty."))])
    if "\0" in text:
        return CsvTable(errors=[CsvError(0, _("This is no text file. Please save it as CSV."))])
    reader = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        header = [name.strip().lower() for name in next(reader)]
        if problem := _header_problem(header, columns, required):
            return CsvTable(errors=[CsvError(1, problem)])
        return _read_rows(reader, header, required, max_rows)
    except csv.Error as error:
        sentence = _("This line cannot be read (%(why)s).") % {"why": error}
        return CsvTable(errors=[CsvError(reader.line_num, sentence)])


def looks_like_a_formula(cell: str) -> bool:
    """Return whether a spreadsheet program would calculate a cell; not so "+1 312 555 0142"."""
    if not cell.startswith(FORMULA_PREFIXES):
        return False
    return not (cell.startswith("+") and cell[1:2].isdigit())


def _read_rows(
    reader: Any, header: Sequence[str], required: Sequence[str], max_rows: int
) -> CsvTable:
    rows: list[CsvRow] = []
    errors: list[CsvError] = []
    lines_with_text = (cells for cells in reader if any(strip_invisible(cell) for cell in cells))
    for number, cells in enumerate(lines_with_text):
        line = reader.line_num
        if number >= max_rows:
            sentence = _("At most %(n)s lines at a time, please. Split the file.")
            return CsvTable(errors=[CsvError(line, sentence % {"n": max_rows})])
        row = CsvRow(
            line, dict(zip(header, (strip_invisible(cell) for cell in cells), strict=False))
        )
        problems = _row_problems(row, len(cells), header, required)
        errors += [CsvError(line, problem) for problem in problems]
        if not problems:
            rows.append(row)
    if not rows and not errors:
        errors = [CsvError(0, _("There is nothing below the first line."))]
    return CsvTable(rows, errors)


def _header_problem(header: Sequence[str], columns: Sequence[str], required: Sequence[str]) -> str:
    unknown = [name[:MAX_SHOWN_NAME_LENGTH] for name in header if name not in columns]
    missing = [name for name in required if name not in header]
    if unknown:
        names = {"names": ", ".join(unknown[:5]), "known": ", ".join(columns)}
        return _("Unknown columns: %(names)s. Known ones are: %(known)s.") % names
    if missing:
        return _("Missing columns: %(names)s.") % {"names": ", ".join(missing)}
    return _("A column is there twice.") if len(set(header)) < len(header) else ""


def _row_problems(
    row: CsvRow, cell_count: int, header: Sequence[str], required: Sequence[str]
) -> list[str]:
    if cell_count > len(header):
        return [_("There are more cells than columns.")]
    sentences = []
    for name, cell in row.cells.items():
        if len(cell) > MAX_CELL_LENGTH or any(ord(letter) < 32 for letter in cell):
            sentences.append(_("%(name)s: one short line of text, please.") % {"name": name})
        elif looks_like_a_formula(cell):
            sentences.append(_("%(name)s looks like a formula.") % {"name": name})
    empty = [name for name in required if not row.cells.get(name)]
    return [*sentences, *(_("%(name)s is empty.") % {"name": name} for name in empty)]


def _delimiter(text: str) -> str:
    """Return the delimiter that the header contains most often."""
    header = text.split("\n", 1)[0]
    return max(DELIMITERS, key=header.count)
