"""Addresses of the patient's account. A page needs a patient record unless it is listed apart."""

from django.urls import path

from booking.access.gates import account_menu_gate, patient_gate, signed_in_gate
from booking.views.account import home, start
from clinic.lib.http.access_marks import apply_gate

urlpatterns = [
    *apply_gate(account_menu_gate, [path("me/menu/", home.menu, name="me-menu")]),
    *apply_gate(signed_in_gate, [path("me/start/", start.start, name="me-start")]),
    *apply_gate(
        patient_gate,
        [
            path("me/", home.home, name="me"),
        ],
    ),
]
