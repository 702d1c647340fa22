"""Addresses of the imports, for the owner."""

from django.urls import path

from booking.access.gates import owner_gate
from booking.features.imports import views
from clinic.lib.http.access_marks import apply_gate

urlpatterns = apply_gate(
    owner_gate,
    [
        path("desk/import/", views.overview, name="desk-import"),
        path("desk/import/<slug:name>.csv", views.csv_template, name="desk-import-template"),
        path("desk/import/<slug:name>/", views.check_file, name="desk-import-check"),
        path("desk/imports/<uuid:public_id>/", views.run_import, name="desk-import-run"),
    ],
)
