"""A file from a spreadsheet, read with suspicion: every fault gets a line and a sentence."""

import csv
from collections.abc import Sequence
from dataclasses import dataclass, field
from io import StringIO
from typing import Any

from django.utils.translation import gettext as _

from clinic.lib.files.csv_writing import FORMULA_PREFIXES

DELIMITERS = ",;\t"
MAX_CELL_LENGTH = 1000
SHOWN_NAME_LENGTH = 40


@dataclass(frozen=True, slots=True, order=True)
class CsvError:
    """What is wrong, and where; line 0 is the file as a whole."""

    line: int
    sentence: str


@dataclass(frozen=True, slots=True)
class CsvRow:
    """One line below the header, by the names of the columns; missing ones are empty."""

    line: int
    cells: dict[str, str]


@dataclass(frozen=True, slots=True)
class CsvTable:
    """Rows whose cells are fit to be read, and what is wrong with the others."""

    rows: Sequence[CsvRow] = ()
    faults: Sequence[CsvError] = field(default_factory=tuple)


def decode(content: bytes) -> str | None:
    """The text of a UTF-8 file, with or without its mark; None for any other encoding."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None


def read_csv(text: str, columns: Sequence[str], *, needed: Sequence[str], most: int) -> CsvTable:
    """Rows of known columns, in any order, parted by comma, semicolon or tab.

    `needed` columns must be there and filled in; at most `most` rows. Signs that begin a phone
    number (+) are left to whoever checks it; elsewhere a cell that would calculate is a fault.
    """
    if not text.strip():
        return CsvTable(faults=[CsvError(0, _("The file is empty."))])
    if "\0" in text:
        return CsvTable(faults=[CsvError(0, _("This is no text file. Please save it as CSV."))])
    reader = csv.reader(StringIO(text, newline=""), delimiter=_delimiter(text))
    try:
        header = [name.strip().lower() for name in next(reader)]
        if problem := _wrong_header(header, columns, needed):
            return CsvTable(faults=[CsvError(1, problem)])
        return _read_rows(reader, header, needed, most)
    except csv.Error as error:
        sentence = _("This line cannot be read (%(why)s).") % {"why": error}
        return CsvTable(faults=[CsvError(reader.line_num, sentence)])


def looks_like_a_formula(cell: str) -> bool:
    """Whether a spreadsheet would calculate it; a phone number with its country code is none."""
    if not cell.startswith(FORMULA_PREFIXES):
        return False
    return not (cell.startswith("+") and cell[1:2].isdigit())


def _read_rows(reader: Any, header: Sequence[str], needed: Sequence[str], most: int) -> CsvTable:
    rows: list[CsvRow] = []
    faults: list[CsvError] = []
    filled = (cells for cells in reader if any(cell.strip() for cell in cells))
    for number, cells in enumerate(filled):
        line = reader.line_num
        if number >= most:
            sentence = _("At most %(n)s lines at a time, please. Split the file.") % {"n": most}
            return CsvTable(faults=[CsvError(line, sentence)])
        row = CsvRow(line, dict(zip(header, (cell.strip() for cell in cells), strict=False)))
        wrong = _wrong_cells(row, len(cells), header, needed)
        faults += [CsvError(line, sentence) for sentence in wrong]
        if not wrong:
            rows.append(row)
    if not rows and not faults:
        faults = [CsvError(0, _("There is nothing below the first line."))]
    return CsvTable(rows, faults)


def _wrong_header(header: Sequence[str], columns: Sequence[str], needed: Sequence[str]) -> str:
    unknown = [name[:SHOWN_NAME_LENGTH] for name in header if name not in columns]
    missing = [name for name in needed if name not in header]
    if unknown:
        said = {"names": ", ".join(unknown[:5]), "known": ", ".join(columns)}
        return _("Unknown columns: %(names)s. Known ones are: %(known)s.") % said
    if missing:
        return _("Missing columns: %(names)s.") % {"names": ", ".join(missing)}
    return _("A column is there twice.") if len(set(header)) < len(header) else ""


def _wrong_cells(
    row: CsvRow, found: int, header: Sequence[str], needed: Sequence[str]
) -> list[str]:
    if found > len(header):
        return [_("There are more cells than columns.")]
    sentences = []
    for name, cell in row.cells.items():
        if len(cell) > MAX_CELL_LENGTH or any(ord(letter) < 32 for letter in cell):
            sentences.append(_("%(name)s: one short line of text, please.") % {"name": name})
        elif looks_like_a_formula(cell):
            sentences.append(_("%(name)s looks like a formula.") % {"name": name})
    empty = [name for name in needed if not row.cells.get(name)]
    return [*sentences, *(_("%(name)s is empty.") % {"name": name} for name in empty)]


def _delimiter(text: str) -> str:
    header = text.split("\n", 1)[0]
    return max(DELIMITERS, key=header.count)
