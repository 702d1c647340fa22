"""The tables that the reports are made of."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from booking.features.reports.queries.attendance import Counts
from booking.features.reports.queries.income import Earned
from booking.features.reports.queries.occupancy import Use
from booking.features.reports.queries.patients import LeadTime
from booking.features.reports.queries.period import Period, Piece, Step
from booking.features.reports.views.report_layout import Column, Kind, Table, Writer, Written
from clinic.lib.dates import date_format
from clinic.lib.files.csv_writing import Cell

LEAD_TIMES: Sequence[tuple[int, int | None]] = (
    (0, 0), (1, 2), (3, 6), (7, 13), (14, 27), (28, None),
)  # fmt: skip
HEAT_STEPS = 5


def column_names(period: Period) -> list[str]:
    """The same for the foot of a drawing: without the year, which the dates above it say."""
    if period.step == Step.MONTH:
        return piece_names(period)
    return [date_format.day_of_year(piece.first) for piece in period.pieces()]


def piece_names(period: Period) -> list[str]:
    """What each week or month is called; one that is cut short by its dates."""
    return [_piece_name(piece, period.step) for piece in period.pieces()]


def _piece_name(piece: Piece, step: Step) -> str:
    if step == Step.MONTH:
        return date_format.month_of_year(piece.first)
    return date_format.short_date(piece.first)


def step_column(period: Period) -> Column:
    week = pgettext("column", "Week from")
    return Column(week if period.step == Step.WEEK else pgettext("column", "Month"), Kind.TEXT)


def counted(one: Counts) -> tuple[Cell, ...]:
    return one.kept, one.missed, one.late, one.early, one.lost_share, one.income


def earned(name: str, caption: str, first: str, rows: Sequence[Earned], note: str = "") -> Table:
    columns = [
        Column(first, Kind.TEXT), Column(_("Income"), Kind.MONEY),
        Column(_("Before"), Kind.MONEY), Column(_("Appointments")),
    ]  # fmt: skip
    return Table(
        name,
        caption,
        columns,
        [(one.name, one.income, one.income_before, one.kept) for one in rows],
        (
            _("Together"),
            sum(one.income for one in rows),
            sum(one.income_before for one in rows),
            sum(one.kept for one in rows),
        ),
        note,
        drawn=1,
    )


def used(name: str, caption: str, first: str, rows: Sequence[Use], note: str = "") -> Table:
    columns = [
        Column(first, Kind.TEXT), Column(_("Taken"), Kind.SHARE), Column(_("Before"), Kind.SHARE),
        Column(_("Hours taken"), Kind.HOURS), Column(_("Hours open"), Kind.HOURS),
    ]  # fmt: skip
    whole = together(rows)
    return Table(
        name,
        caption,
        columns,
        [(one.name, one.share, one.share_before, one.taken, one.open) for one in rows],
        (whole.name, whole.share, whole.share_before, whole.taken, whole.open),
        note,
        drawn=1,
    )


def together(uses: Sequence[Use]) -> Use:
    return Use(
        _("Together"),
        sum(one.taken for one in uses),
        sum(one.open for one in uses),
        sum(one.taken_before for one in uses),
        sum(one.open_before for one in uses),
    )


def lead_table(now: LeadTime, before: LeadTime) -> Table:
    rows = [
        (_days_ahead(least, most), now.between(least, most), before.between(least, most))
        for least, most in LEAD_TIMES
    ]
    columns = [Column(_("Booked"), Kind.TEXT), Column(_("Appointments")), Column(_("Before"))]
    return Table("lead-time", _("How early they booked"), columns, rows, drawn=1)


def _days_ahead(least: int, most: int | None) -> str:
    if most == 0:
        return _("within a day")
    if most is None:
        return ngettext("%(n)s day ahead or more", "%(n)s days ahead or more", least) % {"n": least}
    return _("%(least)s to %(most)s days ahead") % {"least": least, "most": most}


def heat(table: Table, found: Mapping[tuple[int, int], int], write: Writer) -> list[list[Written]]:
    """The table's rows; `bar` says how deep a cell is tinted, from 0 to HEAT_STEPS."""
    most = max(found.values(), default=0)
    return [
        [
            Written(write(cell, column.kind), column.kind, _depth(cell, most))
            for cell, column in zip(row, table.columns, strict=True)
        ]
        for row in table.rows
    ]


def _depth(cell: Cell, most: int) -> str:
    return str(-(-cell * HEAT_STEPS // most)) if isinstance(cell, int) and most else "0"
