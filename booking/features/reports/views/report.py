"""The pages of the reports, and their tables as files."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.actions.audit.record import Action, AuditObject, ObjectType, record_audit
from booking.features.reports.forms import ReportPeriodForm
from booking.features.reports.queries.period import PeriodUnit, ReportPeriod, last_months
from booking.features.reports.views.report_builders import REPORT_BUILDERS, report_labels
from booking.features.reports.views.report_layout import CellFormatter, Report, ReportTable
from booking.models import ClinicProfile
from booking.views.form_pages import get_clinic_or_404
from clinic.lib.dates import clock, date_format
from clinic.lib.files.csv_writing import csv_response
from clinic.lib.http.form_pages import HTTP_UNPROCESSABLE
from clinic.lib.http.reauthentication import reauthenticate_always

TEMPLATE = "booking/features/reports/report.html"
DEFAULT_MONTHS = 3


@require_safe
def show_report(request: HttpRequest, name: str = "appointments") -> HttpResponse:
    """GET /desk/reports/<name>/?first=2026-01-01&last=2026-12-31&step=month: one report."""
    clinic = _clinic_or_404(request, name)
    form, period = _bind_form(request, clinic)
    if period is None:
        return render(
            request, TEMPLATE, _base_context(name, form, clinic, None), status=HTTP_UNPROCESSABLE
        )
    report, write = REPORT_BUILDERS[name](period, clinic), CellFormatter(clinic.currency)
    context = _base_context(name, form, clinic, period) | {
        "report": report,
        "tables": [
            (table, table.formatted_rows(write), table.formatted_total(write))
            for table in report.tables
        ],
        "when": _format_dates(period.first, period.last),
        "before": _format_dates(period.previous().first, period.previous().last),
        "is_ongoing": period.ends_at > clock.now(),
    }
    return render(request, TEMPLATE, context)


@require_safe
@reauthenticate_always
def export_table(request: HttpRequest, name: str, table: str) -> HttpResponse:
    """GET /desk/reports/<name>/<table>.csv?...: one table of a report, for a spreadsheet."""
    clinic = _clinic_or_404(request, name)
    form, period = _bind_form(request, clinic)
    if period is None:
        return render(
            request, TEMPLATE, _base_context(name, form, clinic, None), status=HTTP_UNPROCESSABLE
        )
    report_table = _table_or_404(REPORT_BUILDERS[name](period, clinic), table)
    title = name if report_table.name == name else f"{name}-{report_table.name}"
    details = {"name": title, "first": str(period.first), "last": str(period.last)}
    record_audit(Action.EXPORTED, AuditObject(ObjectType.REPORT, details=details))
    file_name = f"{title}-{period.first}-{period.last}.csv"
    return csv_response(file_name, report_table.header, report_table.export_rows(clinic.currency))


def _table_or_404(report: Report, name: str) -> ReportTable:
    report_table = next((table for table in report.tables if table.name == name), None)
    if report_table is None:
        raise Http404
    return report_table


def _clinic_or_404(request: HttpRequest, name: str) -> ClinicProfile:
    """Return the clinic. Raises Http404 also for a report that does not exist."""
    if name not in REPORT_BUILDERS:
        raise Http404
    return get_clinic_or_404(request)


def _bind_form(
    request: HttpRequest, clinic: ClinicProfile
) -> tuple[ReportPeriodForm, ReportPeriod | None]:
    """Return the form and its period, or None if invalid. Without dates: three months."""
    default = last_months(clinic.today(clock.now()), DEFAULT_MONTHS, clinic.zone)
    data: dict[str, Any] = {"step": default.step} | request.GET.dict()
    if "first" not in data and "last" not in data:
        data |= {"first": str(default.first), "last": str(default.last)}
    form = ReportPeriodForm(data)
    if not form.is_valid():
        return form, None
    clean = form.cleaned_data
    unit = PeriodUnit(clean["step"])
    return form, ReportPeriod(clean["first"], clean["last"], clinic.zone, unit)


def _base_context(
    name: str, form: ReportPeriodForm, clinic: ClinicProfile, period: ReportPeriod | None
) -> dict[str, Any]:
    """Return the context of every report page: the other reports, and preset periods."""
    query = f"?{_query(period)}" if period else ""
    return {
        "name": name,
        "form": form,
        "reports": [(other, label) for other, label in report_labels().items()],
        "query": query,
        "presets": [
            (label, _query(preset), preset == period) for label, preset in _presets(clinic)
        ],
    }


def _presets(clinic: ClinicProfile) -> list[tuple[str, ReportPeriod]]:
    today, zone = clinic.today(clock.now()), clinic.zone
    this_month = last_months(today, 1, zone)
    last = this_month.previous()
    year = date(today.year - 1, 1, 1), date(today.year - 1, 12, 31)
    return [
        (_("This month"), this_month),
        (_("Last month"), ReportPeriod(last.first, last.last, zone)),
        (_("Three months"), last_months(today, DEFAULT_MONTHS, zone)),
        (_("Twelve months"), last_months(today, 12, zone, PeriodUnit.MONTH)),
        (_("Last year"), ReportPeriod(*year, zone, PeriodUnit.MONTH)),
    ]


def _query(period: ReportPeriod) -> str:
    return urlencode({"first": period.first, "last": period.last, "step": period.step.value})


def _format_dates(first: date, last: date) -> str:
    return _("%(first)s to %(last)s") % {
        "first": date_format.short_date(first),
        "last": date_format.short_date(last),
    }
