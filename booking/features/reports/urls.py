"""Addresses of the reports, for the owner."""

from django.urls import path

from booking.access.gates import owner_gate
from booking.features.reports.views import report
from clinic.lib.http.access_marks import apply_gate

urlpatterns = apply_gate(
    owner_gate,
    [
        path("desk/reports/", report.show_report, name="desk-reports"),
        path("desk/reports/<slug:name>/", report.show_report, name="desk-report"),
        path(
            "desk/reports/<slug:name>/<slug:table>.csv",
            report.export_table,
            name="desk-report-file",
        ),
    ],
)
