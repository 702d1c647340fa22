"""Addresses about erasure and retention, for the owner."""

from django.urls import path

from booking.access.gates import owner_gate
from booking.features.privacy.views import privacy
from clinic.lib.http.access_marks import apply_gate

urlpatterns = apply_gate(
    owner_gate,
    [
        path("desk/privacy/", privacy.overview, name="desk-privacy"),
        path("desk/privacy/rules/add/", privacy.add_rule, name="desk-retention-add"),
        path("desk/privacy/rules/<int:pk>/", privacy.edit_rule, name="desk-retention-rule"),
        path("desk/privacy/runs/<int:pk>/stop/", privacy.stop, name="desk-retention-stop"),
        path("desk/privacy/sealed/<uuid:public_id>/", privacy.open_record, name="desk-sealed"),
        path(
            "desk/privacy/restricted/<uuid:public_id>/",
            privacy.open_restricted_record,
            name="desk-restricted",
        ),
        path("desk/privacy/patients/<uuid:public_id>/", privacy.erase, name="desk-patient-erase"),
    ],
)
