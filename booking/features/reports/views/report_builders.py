"""The reports, a function each: which figures, tables and charts they show."""

from collections.abc import Callable, Mapping

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from booking.features.reports.queries.attendance import compute_attendance
from booking.features.reports.queries.busy_hours import count_starts_by_hour
from booking.features.reports.queries.income import compute_income
from booking.features.reports.queries.occupancy import compute_occupancy
from booking.features.reports.queries.patients import compute_patient_counts, lead_times
from booking.features.reports.queries.period import ReportPeriod
from booking.features.reports.views.report_layout import (
    CellFormatter,
    CellType,
    Column,
    Report,
    ReportTable,
    stat_tile,
)
from booking.features.reports.views.tables import (
    attendance_cells,
    chart_labels,
    heat_map,
    income_table,
    lead_time_table,
    occupancy_table,
    period_labels,
    step_column,
    total_use,
)
from booking.models import ClinicProfile
from booking.models.schedule import Weekday
from clinic.lib.charts import Series, stacked_columns
from clinic.lib.dates import date_format
from clinic.lib.files.csv_writing import Cell

ReportBuilder = Callable[[ReportPeriod, ClinicProfile], Report]


def appointments_report(period: ReportPeriod, clinic: ClinicProfile) -> Report:
    """Build the report of appointments kept, missed and canceled."""
    attendance, write = compute_attendance(period, clinic), CellFormatter(clinic.currency)
    now, before = attendance.total, attendance.previous
    labels = period_labels(period)
    series = [
        Series(_("kept"), [counts.kept for counts in attendance.parts]),
        Series(_("missed"), [counts.missed for counts in attendance.parts]),
        Series(_("canceled late"), [counts.late for counts in attendance.parts]),
    ]
    table = ReportTable(
        "appointments",
        _("Appointments"),
        [
            step_column(period), Column(_("Kept")), Column(_("Missed")),
            Column(_("Canceled late")), Column(_("Canceled in time")),
            Column(_("Lost"), CellType.SHARE), Column(_("Income"), CellType.MONEY),
        ],
        [
            (label, *attendance_cells(counts))
            for label, counts in zip(labels, attendance.parts, strict=True)
        ],
        (_("Together"), *attendance_cells(now)),
        _("Late is less than %(hours)s hours before. Lost are missed and late ones, of all that "
          "were not canceled in time.") % {"hours": clinic.cancellation_hours},
    )  # fmt: skip
    return Report(
        _("Appointments"),
        _("How many were kept, missed and canceled, and what they brought."),
        [
            stat_tile(_("Kept"), now.kept, before.kept, CellType.COUNT, write),
            stat_tile(_("Income"), now.income, before.income, CellType.MONEY, write),
            stat_tile(_("Missed"), now.missed, before.missed, CellType.COUNT, write),
            stat_tile(_("Lost"), now.lost_share, before.lost_share, CellType.SHARE, write),
        ],
        [table],
        [
            stacked_columns(
                _("Appointments"), chart_labels(period), series, format_value=write.number
            ),
            stacked_columns(
                _("Income"),
                chart_labels(period),
                [Series(_("income"), [float(counts.income) for counts in attendance.parts])],
                format_value=write.money,
            ),
        ],
    )


def income_report(period: ReportPeriod, clinic: ClinicProfile) -> Report:
    """Build the report of income by treatment and therapist."""
    income, write = compute_income(period, clinic), CellFormatter(clinic.currency)
    now = sum(row.income for row in income.by_therapist)
    before = sum(row.income_before for row in income.by_therapist)
    kept = sum(row.kept for row in income.by_therapist)
    kept_before = sum(row.kept_before for row in income.by_therapist)
    note = _("The prices of appointments that were kept, or are still to come. Missed and "
             "canceled ones count nothing.")  # fmt: skip
    return Report(
        _("Income"),
        _("Which treatments and which therapists it comes from."),
        [
            stat_tile(_("Income"), now, before, CellType.MONEY, write),
            stat_tile(_("Appointments kept"), kept, kept_before, CellType.COUNT, write),
            stat_tile(
                _("Each brought on average"),
                now / kept if kept else None,
                before / kept_before if kept_before else None,
                CellType.MONEY,
                write,
            ),
        ],
        [
            income_table(
                "by-treatment", _("By treatment"), _("Treatment"), income.by_treatment, note
            ),
            income_table("by-therapist", _("By therapist"), _("Therapist"), income.by_therapist),
        ],
    )


def occupancy_report(period: ReportPeriod, clinic: ClinicProfile) -> Report:
    """Build the report of how much of the working time was taken."""
    occupancy, write = compute_occupancy(period), CellFormatter(clinic.currency)
    tiles = []
    for label, uses in ((_("Therapists"), occupancy.therapists), (_("Rooms"), occupancy.rooms)):
        total = total_use(uses)
        tiles.append(stat_tile(label, total.share, total.share_before, CellType.SHARE, write))
    return Report(
        _("Occupancy"),
        _("How much of the working time was taken, cleaning up included."),
        tiles,
        [
            occupancy_table(
                "by-therapist", _("By therapist"), _("Therapist"), occupancy.therapists
            ),
            occupancy_table(
                "by-room",
                _("By room"),
                _("Room"),
                occupancy.rooms,
                _("A room could be used whenever anybody works."),
            ),
        ],
    )


def patients_report(period: ReportPeriod, clinic: ClinicProfile) -> Report:
    """Build the report of new and returning patients, and of lead times."""
    counted, write = compute_patient_counts(period), CellFormatter(clinic.currency)
    total, previous = counted.total, counted.previous
    ahead, ahead_before = lead_times(period)
    labels, parts = period_labels(period), counted.parts
    series = [
        Series(_("came again"), [counts.returning for counts in parts]),
        Series(_("new"), [counts.new for counts in parts]),
    ]
    visits = ReportTable(
        "patients",
        _("Patients"),
        [step_column(period), Column(_("People")), Column(_("New")), Column(_("Came again"))],
        [
            (label, counts.patients, counts.new, counts.returning)
            for label, counts in zip(labels, parts, strict=True)
        ],
        (_("Together"), total.patients, total.new, total.returning),
        _("Together, everybody is counted once: as new, if their first time was in these dates."),
    )
    return Report(
        _("Patients"),
        _("Who came for the first time, who came again, and how early they had booked."),
        [
            stat_tile(_("New patients"), total.new, previous.new, CellType.COUNT, write),
            stat_tile(_("Came again"), total.returning, previous.returning, CellType.COUNT, write),
            stat_tile(
                _("Days booked ahead (median)"),
                ahead.median,
                ahead_before.median,
                CellType.COUNT,
                write,
            ),
        ],
        [visits, lead_time_table(ahead, ahead_before)],
        [stacked_columns(_("Patients"), chart_labels(period), series, format_value=write.number)],
    )


def busy_hours_report(period: ReportPeriod, clinic: ClinicProfile) -> Report:
    """Build the report of starts by weekday and hour."""
    starts = count_starts_by_hour(period)
    hours = [hour for _weekday, hour in starts]
    shown = range(min(hours, default=9), max(hours, default=16) + 1)
    rows: list[list[Cell]] = [
        [date_format.format_hour(hour), *(starts.get((day, hour), 0) for day in Weekday)]
        for hour in shown
    ]
    columns = [
        Column(_("Starting at"), CellType.TEXT),
        *(Column(str(WEEKDAYS_ABBR[day])) for day in Weekday),
    ]
    by_day = [sum(starts.get((day, hour), 0) for hour in shown) for day in Weekday]
    table = ReportTable("hours", _("Busiest hours"), columns, rows, (_("Together"), *by_day))
    return Report(
        _("Busiest hours"),
        _("At which hour of the week appointments begin, by the clinic's clock."),
        [],
        [table],
        heat_map=heat_map(table, starts, CellFormatter(clinic.currency)),
    )


REPORT_BUILDERS: Mapping[str, ReportBuilder] = {
    "appointments": appointments_report,
    "income": income_report,
    "occupancy": occupancy_report,
    "patients": patients_report,
    "hours": busy_hours_report,
}


def report_labels() -> dict[str, str]:
    """Return the titles of the reports by name, in order."""
    return {
        "appointments": _("Appointments"),
        "income": _("Income"),
        "occupancy": _("Occupancy"),
        "patients": _("Patients"),
        "hours": _("Busiest hours"),
    }
