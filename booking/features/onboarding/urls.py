"""Addresses of the set-up guide, for the owner."""

from django.urls import path

from booking.access.gates import owner_gate
from booking.features.onboarding import views
from clinic.lib.http.access_marks import apply_gate

urlpatterns = apply_gate(
    owner_gate,
    [
        path("desk/setup/", views.overview, name="desk-setup"),
        path("desk/setup/<slug:name>/", views.edit_step, name="desk-setup-step"),
    ],
)
