"""The reports, one function each: what the numbers are called and in which order they stand."""

from collections.abc import Callable, Mapping

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext as _

from booking.features.reports.queries.attendance import attendance
from booking.features.reports.queries.busy_hours import busy_hours
from booking.features.reports.queries.income import income
from booking.features.reports.queries.occupancy import occupancy
from booking.features.reports.queries.patients import lead_times, people
from booking.features.reports.queries.period import Period
from booking.features.reports.views.report_layout import Column, Kind, Sheet, Table, Writer, tile
from booking.features.reports.views.tables import (
    column_names,
    counted,
    earned,
    heat,
    lead_table,
    piece_names,
    step_column,
    together,
    used,
)
from booking.models import ClinicProfile
from booking.models.schedule import Weekday
from clinic.lib.charts import Series, stacked
from clinic.lib.dates import date_format
from clinic.lib.files.csv_writing import Cell

Build = Callable[[Period, ClinicProfile], Sheet]


def appointments_sheet(period: Period, clinic: ClinicProfile) -> Sheet:
    """What became of the appointments."""
    found, write = attendance(period, clinic), Writer(clinic.currency)
    now, before = found.total, found.before
    labels = piece_names(period)
    series = [
        Series(_("kept"), [one.kept for one in found.pieces]),
        Series(_("missed"), [one.missed for one in found.pieces]),
        Series(_("cancelled late"), [one.late for one in found.pieces]),
    ]
    table = Table(
        "appointments",
        _("Appointments"),
        [
            step_column(period), Column(_("Kept")), Column(_("Missed")),
            Column(_("Cancelled late")), Column(_("Cancelled in time")),
            Column(_("Lost"), Kind.SHARE), Column(_("Income"), Kind.MONEY),
        ],
        [(label, *counted(one)) for label, one in zip(labels, found.pieces, strict=True)],
        (_("Together"), *counted(now)),
        _("Late is less than %(hours)s hours before. Lost are missed and late ones, of all that "
          "were not cancelled in time.") % {"hours": clinic.cancellation_hours},
    )  # fmt: skip
    return Sheet(
        _("Appointments"),
        _("How many were kept, missed and cancelled, and what they brought."),
        [
            tile(_("Kept"), now.kept, before.kept, Kind.COUNT, write),
            tile(_("Income"), now.income, before.income, Kind.MONEY, write),
            tile(_("Missed"), now.missed, before.missed, Kind.COUNT, write),
            tile(_("Lost"), now.lost_share, before.lost_share, Kind.SHARE, write),
        ],
        [table],
        [
            stacked(_("Appointments"), column_names(period), series, write=write.number),
            stacked(
                _("Income"),
                column_names(period),
                [Series(_("income"), [float(one.income) for one in found.pieces])],
                write=write.money,
            ),
        ],
    )


def income_sheet(period: Period, clinic: ClinicProfile) -> Sheet:
    """What brought how much."""
    found, write = income(period, clinic), Writer(clinic.currency)
    now = sum(one.income for one in found.by_therapist)
    before = sum(one.income_before for one in found.by_therapist)
    kept = sum(one.kept for one in found.by_therapist)
    kept_before = sum(one.kept_before for one in found.by_therapist)
    note = _("The prices of appointments that were kept, or are still to come. Missed and "
             "cancelled ones count nothing.")  # fmt: skip
    return Sheet(
        _("Income"),
        _("Which treatments and which therapists it comes from."),
        [
            tile(_("Income"), now, before, Kind.MONEY, write),
            tile(_("Appointments kept"), kept, kept_before, Kind.COUNT, write),
            tile(
                _("Each brought on average"),
                now / kept if kept else None,
                before / kept_before if kept_before else None,
                Kind.MONEY,
                write,
            ),
        ],
        [
            earned("by-treatment", _("By treatment"), _("Treatment"), found.by_treatment, note),
            earned("by-therapist", _("By therapist"), _("Therapist"), found.by_therapist),
        ],
    )


def occupancy_sheet(period: Period, clinic: ClinicProfile) -> Sheet:
    """How full the days were."""
    found, write = occupancy(period), Writer(clinic.currency)
    tiles = []
    for label, uses in ((_("Therapists"), found.therapists), (_("Rooms"), found.rooms)):
        whole = together(uses)
        tiles.append(tile(label, whole.share, whole.share_before, Kind.SHARE, write))
    return Sheet(
        _("Occupancy"),
        _("How much of the working time was taken, cleaning up included."),
        tiles,
        [
            used("by-therapist", _("By therapist"), _("Therapist"), found.therapists),
            used(
                "by-room",
                _("By room"),
                _("Room"),
                found.rooms,
                _("A room could be used whenever anybody works."),
            ),
        ],
    )


def patients_sheet(period: Period, clinic: ClinicProfile) -> Sheet:
    """Who is new, who comes again, and how early they book."""
    found, write = people(period), Writer(clinic.currency)
    ahead, ahead_before = lead_times(period)
    labels, pieces = piece_names(period), found.pieces
    series = [
        Series(_("came again"), [one.again for one in pieces]),
        Series(_("new"), [one.new for one in pieces]),
    ]
    visits = Table(
        "patients",
        _("Patients"),
        [step_column(period), Column(_("People")), Column(_("New")), Column(_("Came again"))],
        [
            (label, one.people, one.new, one.again)
            for label, one in zip(labels, pieces, strict=True)
        ],
        (_("Together"), found.total.people, found.total.new, found.total.again),
        _("Together, everybody is counted once: as new, if their first time was in these dates."),
    )
    return Sheet(
        _("Patients"),
        _("Who came for the first time, who came again, and how early they had booked."),
        [
            tile(_("New patients"), found.total.new, found.before.new, Kind.COUNT, write),
            tile(_("Came again"), found.total.again, found.before.again, Kind.COUNT, write),
            tile(
                _("Days booked ahead (median)"),
                ahead.median,
                ahead_before.median,
                Kind.COUNT,
                write,
            ),
        ],
        [visits, lead_table(ahead, ahead_before)],
        [stacked(_("Patients"), column_names(period), series, write=write.number)],
    )


def hours_sheet(period: Period, clinic: ClinicProfile) -> Sheet:
    """When the clinic is busy."""
    found = busy_hours(period)
    hours = [hour for _weekday, hour in found]
    shown = range(min(hours, default=9), max(hours, default=16) + 1)
    rows: list[list[Cell]] = [
        [date_format.wall_hour(hour), *(found.get((day, hour), 0) for day in Weekday)]
        for hour in shown
    ]
    columns = [
        Column(_("Starting at"), Kind.TEXT),
        *(Column(str(WEEKDAYS_ABBR[day])) for day in Weekday),
    ]
    by_day = [sum(found.get((day, hour), 0) for hour in shown) for day in Weekday]
    table = Table("hours", _("Busiest hours"), columns, rows, (_("Together"), *by_day))
    return Sheet(
        _("Busiest hours"),
        _("At which hour of the week appointments begin, by the clinic's clock."),
        [],
        [table],
        heat=heat(table, found, Writer(clinic.currency)),
    )


REPORTS: Mapping[str, Build] = {
    "appointments": appointments_sheet,
    "income": income_sheet,
    "occupancy": occupancy_sheet,
    "patients": patients_sheet,
    "hours": hours_sheet,
}


def report_names() -> dict[str, str]:
    """What each report is called, in order."""
    return {
        "appointments": _("Appointments"),
        "income": _("Income"),
        "occupancy": _("Occupancy"),
        "patients": _("Patients"),
        "hours": _("Busiest hours"),
    }
