"""The tables of the reports."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from booking.features.reports.queries.attendance import AttendanceCounts
from booking.features.reports.queries.income import IncomeRow
from booking.features.reports.queries.occupancy import Utilization
from booking.features.reports.queries.patients import LeadTime
from booking.features.reports.queries.period import DateRange, PeriodUnit, ReportPeriod
from booking.features.reports.views.report_layout import (
    CellFormatter,
    CellType,
    Column,
    FormattedCell,
    ReportTable,
)
from clinic.lib.dates import date_format
from clinic.lib.files.csv_writing import Cell

LEAD_TIME_RANGES: Sequence[tuple[int, int | None]] = (
    (0, 0), (1, 2), (3, 6), (7, 13), (14, 27), (28, None),
)  # fmt: skip
HEAT_STEPS = 5


def chart_labels(period: ReportPeriod) -> list[str]:
    """Return short labels of the weeks or months, without the year, for the axis of a chart."""
    if period.step == PeriodUnit.MONTH:
        return period_labels(period)
    return [date_format.day_and_month(part.first) for part in period.parts()]


def period_labels(period: ReportPeriod) -> list[str]:
    """Return the label of each week (its first date) or month of a period."""
    return [_period_label(part, period.step) for part in period.parts()]


def _period_label(part: DateRange, step: PeriodUnit) -> str:
    if step == PeriodUnit.MONTH:
        return date_format.month_and_year(part.first)
    return date_format.short_date(part.first)


def step_column(period: ReportPeriod) -> Column:
    """Return the first column of a table by week or month."""
    week = pgettext("column", "Week from")
    return Column(
        week if period.step == PeriodUnit.WEEK else pgettext("column", "Month"), CellType.TEXT
    )


def attendance_cells(counts: AttendanceCounts) -> tuple[Cell, ...]:
    """Return the cells of a row of the report of appointments."""
    return (
        counts.kept,
        counts.missed,
        counts.late,
        counts.early,
        counts.lost_share,
        counts.income,
    )


def income_table(
    name: str, caption: str, first: str, rows: Sequence[IncomeRow], note: str = ""
) -> ReportTable:
    """Return a table of income. `first` is the title of its first column."""
    columns = [
        Column(first, CellType.TEXT), Column(_("Income"), CellType.MONEY),
        Column(_("Before"), CellType.MONEY), Column(_("Appointments")),
    ]  # fmt: skip
    return ReportTable(
        name,
        caption,
        columns,
        [(row.name, row.income, row.income_before, row.kept) for row in rows],
        (
            _("Together"),
            sum(row.income for row in rows),
            sum(row.income_before for row in rows),
            sum(row.kept for row in rows),
        ),
        note,
        bar_column=1,
    )


def occupancy_table(
    name: str, caption: str, first: str, rows: Sequence[Utilization], note: str = ""
) -> ReportTable:
    """Return a table of taken and open hours. `first` is the title of its first column."""
    columns = [
        Column(first, CellType.TEXT), Column(_("Taken"), CellType.SHARE), Column(_("Before"),
        CellType.SHARE),
        Column(_("Hours taken"), CellType.HOURS), Column(_("Hours open"), CellType.HOURS),
    ]  # fmt: skip
    total = total_use(rows)
    return ReportTable(
        name,
        caption,
        columns,
        [(row.name, row.share, row.share_before, row.taken, row.open) for row in rows],
        (total.name, total.share, total.share_before, total.taken, total.open),
        note,
        bar_column=1,
    )


def total_use(uses: Sequence[Utilization]) -> Utilization:
    """Return the sum of several utilizations."""
    return Utilization(
        _("Together"),
        sum(use.taken for use in uses),
        sum(use.open for use in uses),
        sum(use.taken_before for use in uses),
        sum(use.open_before for use in uses),
    )


def lead_time_table(now: LeadTime, before: LeadTime) -> ReportTable:
    """Return a table of how many days ahead appointments were booked."""
    rows = [
        (_days_ahead(least, most), now.between(least, most), before.between(least, most))
        for least, most in LEAD_TIME_RANGES
    ]
    columns = [Column(_("Booked"), CellType.TEXT), Column(_("Appointments")), Column(_("Before"))]
    return ReportTable("lead-time", _("How early they booked"), columns, rows, bar_column=1)


def _days_ahead(least: int, most: int | None) -> str:
    if most == 0:
        return _("within a day")
    if most is None:
        return ngettext("%(n)s day ahead or more", "%(n)s days ahead or more", least) % {"n": least}
    return _("%(least)s to %(most)s days ahead") % {"least": least, "most": most}


def heat_map(
    table: ReportTable, counts: Mapping[tuple[int, int], int], write: CellFormatter
) -> list[list[FormattedCell]]:
    """Return the rows of a table; the `bar` of a cell is its shade, from 0 to HEAT_STEPS.

    `counts` is by weekday (0 for Monday) and hour.
    """
    highest = max(counts.values(), default=0)
    return [
        [
            FormattedCell(write(cell, column.kind), column.kind, _depth(cell, highest))
            for cell, column in zip(row, table.columns, strict=True)
        ]
        for row in table.rows
    ]


def _depth(cell: Cell, highest: int) -> str:
    return str(-(-cell * HEAT_STEPS // highest)) if isinstance(cell, int) and highest else "0"
