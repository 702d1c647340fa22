"""Addresses of the reports, for the owner."""

from django.urls import path

from booking.access.gates import owner_gate
from booking.features.reports.views import report
from clinic.lib.http.access_marks import behind

urlpatterns = behind(
    owner_gate,
    [
        path("desk/reports/", report.report, name="desk-reports"),
        path("desk/reports/<slug:name>/", report.report, name="desk-report"),
        path(
            "desk/reports/<slug:name>/<slug:table>.csv",
            report.table_file,
            name="desk-report-file",
        ),
    ],
)
