"""Addresses about what the site has found out about itself, for the owner."""

from django.urls import path

from booking.access.gates import owner_gate
from booking.features.monitoring.views import monitoring
from clinic.lib.http.access_marks import apply_gate

urlpatterns = apply_gate(
    owner_gate,
    [
        path("desk/monitoring/", monitoring.overview, name="desk-monitoring"),
        path(
            "desk/monitoring/errors/<int:pk>/settle/",
            monitoring.settle,
            name="desk-error-settle",
        ),
    ],
)
