"""A report as it is shown: a few figures on top, drawings, and tables that are also files."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from django.utils.translation import gettext as _

from clinic.lib.charts import Columns
from clinic.lib.files.csv_writing import Cell
from clinic.lib.text import numbers
from clinic.lib.text.money import money, plain_amount

NONE = "\u2013"  # a dash
Write = Callable[[Cell, "Kind"], str]


class Kind(StrEnum):
    """What a column holds. Hours are counted in minutes."""

    TEXT = "text"
    COUNT = "count"
    MONEY = "money"
    SHARE = "share"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Column:
    label: str
    kind: Kind = Kind.COUNT


@dataclass(frozen=True, slots=True)
class Written:
    """A cell in words; `bar` draws a share of the row's own column beside it."""

    words: str
    kind: Kind
    bar: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The first column names the row. `drawn` is the number of a column to draw as bars."""

    name: str
    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    total: Sequence[Cell] = ()
    note: str = ""
    drawn: int = 0

    @property
    def header(self) -> list[str]:
        return [column.label for column in self.columns]

    def written(self, write: Write) -> list[list[Written]]:
        """Every row in words."""
        most = max((_size(row[self.drawn]) for row in self.rows), default=0) if self.drawn else 0
        return [
            [
                Written(write(cell, column.kind), column.kind, _bar(cell, most, n == self.drawn))
                for n, (cell, column) in enumerate(zip(row, self.columns, strict=True))
            ]
            for row in self.rows
        ]

    def foot(self, write: Write) -> list[Written]:
        """The last row, of all together."""
        pairs = zip(self.total, self.columns, strict=False)
        return [Written(write(cell, column.kind), column.kind) for cell, column in pairs]

    def as_file(self, currency: str) -> list[list[Cell]]:
        """Plain values: amounts as they are, shares from 0 to 1, hours with two places."""
        rows = [*self.rows, self.total] if self.total else self.rows
        kinds = [column.kind for column in self.columns]
        return [
            [_plain(cell, kind, currency) for cell, kind in zip(row, kinds, strict=True)]
            for row in rows
        ]


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure, and what it was before."""

    label: str
    value: str
    before: str
    change: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One report."""

    title: str
    lead: str
    tiles: list[Tile]
    tables: list[Table]
    charts: list[Columns] = field(default_factory=list)
    heat: list[list[Written]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes cells as readers of the page expect them."""

    currency: str

    def __call__(self, cell: Cell, kind: Kind) -> str:
        if cell is None:
            return NONE
        if isinstance(cell, str):
            return cell
        if kind == Kind.MONEY:
            return self.money(cell)
        if kind == Kind.SHARE:
            return numbers.percent(float(cell))
        return numbers.one_place(cell / 60) if kind == Kind.HOURS else numbers.count(int(cell))

    def money(self, amount: float | Decimal) -> str:
        return money(Decimal(amount), self.currency)

    def number(self, amount: float) -> str:
        return numbers.one_place(amount)


def tile(label: str, now: Cell, before: Cell, kind: Kind, write: Writer) -> Tile:
    """With the change in per cent, where there was something before and it is no share."""
    change = ""
    if kind != Kind.SHARE and (past := _size(before)):
        change = numbers.signed_percent((_size(now) - past) / past)
    shown = _("before: %(value)s") % {"value": write(before, kind)}
    return Tile(label, write(now, kind), shown, change)


def _bar(cell: Cell, most: float, drawn: bool) -> str:
    return f"{_size(cell) / (most or 1) * 100:.2f}%" if drawn else ""


def _size(cell: Cell) -> float:
    return 0.0 if cell is None or isinstance(cell, str) else float(cell)


def _plain(cell: Cell, kind: Kind, currency: str) -> Cell:
    if cell is None or isinstance(cell, str):
        return cell
    if kind == Kind.MONEY:
        return plain_amount(Decimal(cell), currency)
    if kind == Kind.HOURS:
        return f"{float(cell) / 60:.2f}"
    return f"{float(cell):.4f}" if kind == Kind.SHARE else cell
