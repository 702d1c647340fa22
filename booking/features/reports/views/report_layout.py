"""The parts of a report: figures on top, charts, and tables that can be exported."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import gettext as _

from clinic.lib.charts import ColumnChart
from clinic.lib.files.csv_writing import Cell
from clinic.lib.text import numbers
from clinic.lib.text.money import format_money, format_plain_amount

EMPTY_CELL = "\u2013"  # a dash
CellFormat = Callable[[Cell, "CellType"], str]


class CellType(StrEnum):
    """What a column holds. HOURS are given in minutes, SHARE is from 0 to 1."""

    TEXT = "text"
    COUNT = "count"
    MONEY = "money"
    SHARE = "share"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table."""

    label: str
    kind: CellType = CellType.COUNT


@dataclass(frozen=True, slots=True)
class FormattedCell:
    """A cell as text. `bar` is the width of the bar beside it, such as "12.50%".

    `span` is the number of columns on the page: a bar has one of its own.
    """

    text: str
    kind: CellType
    bar: str = ""
    span: int = 1


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A table whose first column names the row. `bar_column` is drawn as bars; 0 is none."""

    name: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    total: Sequence[Cell] = ()
    note: str = ""
    bar_column: int = 0

    @property
    def header(self) -> list[str]:
        return [column.label for column in self.columns]

    def formatted_header(self) -> list[FormattedCell]:
        """Return the first row, the labels of the columns."""
        return [
            FormattedCell(column.label, CellType.TEXT, span=self._span(n))
            for n, column in enumerate(self.columns)
        ]

    def formatted_rows(self, write: CellFormat) -> list[list[FormattedCell]]:
        """Return all rows as text."""
        highest = (
            max((_as_number(row[self.bar_column]) for row in self.rows), default=0)
            if self.bar_column
            else 0
        )
        return [
            [
                FormattedCell(
                    write(cell, column.kind),
                    column.kind,
                    _bar_width(cell, highest, n == self.bar_column),
                )
                for n, (cell, column) in enumerate(zip(row, self.columns, strict=True))
            ]
            for row in self.rows
        ]

    def formatted_total(self, write: CellFormat) -> list[FormattedCell]:
        """Return the last row, the total, as text."""
        return [
            FormattedCell(write(cell, column.kind), column.kind, span=self._span(n))
            for n, (cell, column) in enumerate(zip(self.total, self.columns, strict=False))
        ]

    def _span(self, number: int) -> int:
        return 2 if self.bar_column and number == self.bar_column else 1

    def export_rows(self, currency: str) -> list[list[Cell]]:
        """Return plain values: amounts, shares from 0 to 1, hours with two decimal places."""
        rows = [*self.rows, self.total] if self.total else self.rows
        kinds = [column.kind for column in self.columns]
        return [
            [_export_value(cell, kind, currency) for cell, kind in zip(row, kinds, strict=True)]
            for row in rows
        ]


@dataclass(frozen=True, slots=True)
class StatTile:
    """A figure, and what it was in the previous period."""

    label: str
    value: str
    before: str
    change: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """A report: its texts, figures, tables, charts and perhaps a heat map."""

    title: str
    description: str
    tiles: list[StatTile]
    tables: list[ReportTable]
    charts: list[ColumnChart] = field(default_factory=list)
    heat_map: list[list[FormattedCell]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class CellFormatter:
    """Formats cells for the page. Call it with a cell and its type."""

    currency: str

    def __call__(self, cell: Cell, kind: CellType) -> str:
        if cell is None:
            return EMPTY_CELL
        if isinstance(cell, str):
            return cell
        if kind == CellType.MONEY:
            return self.money(cell)
        if kind == CellType.SHARE:
            return numbers.format_share(float(cell))
        return (
            numbers.format_one_decimal(cell / 60)
            if kind == CellType.HOURS
            else numbers.format_integer(int(cell))
        )

    def money(self, amount: float | Decimal) -> str:
        return format_money(Decimal(amount), self.currency)

    def number(self, amount: float) -> str:
        return numbers.format_one_decimal(amount)


def stat_tile(
    label: str, now: Cell, before: Cell, kind: CellType, write: CellFormatter
) -> StatTile:
    """Return a figure with its change in per cent, unless it is a share or was zero before."""
    change = ""
    if kind != CellType.SHARE and (past := _as_number(before)):
        change = numbers.format_signed_share((_as_number(now) - past) / past)
    shown = _("before: %(value)s") % {"value": write(before, kind)}
    return StatTile(label, write(now, kind), shown, change)


def _bar_width(cell: Cell, highest: float, drawn: bool) -> str:
    return f"{_as_number(cell) / (highest or 1) * 100:.2f}%" if drawn else ""


def _as_number(cell: Cell) -> float:
    return 0.0 if cell is None or isinstance(cell, str) else float(cell)


def _export_value(cell: Cell, kind: CellType, currency: str) -> Cell:
    if cell is None or isinstance(cell, str):
        return cell
    if kind == CellType.MONEY:
        return format_plain_amount(Decimal(cell), currency)
    if kind == CellType.HOURS:
        return f"{float(cell) / 60:.2f}"
    return f"{float(cell):.4f}" if kind == CellType.SHARE else cell
