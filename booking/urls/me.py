"""Addresses of the patient's account.

Those of an appointment show the same pages as its secret link, and that of a booking's last step
the same page as for guests.
"""

from django.urls import path

from booking.access.gates import account_menu_gate, patient_gate, signed_in_gate
from booking.views.account import claiming, favorites, home, start
from booking.views.public.appointments import (
    calendar_files,
    cancel_and_confirm,
    proposal,
    reschedule,
    show,
)
from booking.views.public.booking import check
from clinic.lib.http.access_marks import apply_gate

urlpatterns = [
    *apply_gate(account_menu_gate, [path("me/menu/", home.menu, name="me-menu")]),
    *apply_gate(signed_in_gate, [path("me/start/", start.start, name="me-start")]),
    *apply_gate(
        patient_gate,
        [
            path("me/", home.home, name="me"),
            path("me/appointments/", home.past, name="me-past"),
            path("me/favorites/", favorites.favorite, name="me-favorite"),
            path("me/claim/", claiming.claim, name="me-claim"),
            path("me/claim/<int:pk>/undo/", claiming.undo, name="me-claim-undo"),
            path("me/book/<str:token>/", check.check, name="me-check"),
            path("me/appointments/<uuid:public_id>/", show.show, name="me-appointment"),
            path(
                "me/appointments/<uuid:public_id>/appointment.ics",
                calendar_files.appointment_file,
                name="me-appointment-calendar",
            ),
            path(
                "me/appointments/<uuid:public_id>/feed/",
                calendar_files.create_patient_feed,
                name="me-appointment-feed",
            ),
            path(
                "me/appointments/<uuid:public_id>/reschedule/",
                reschedule.reschedule,
                name="me-appointment-reschedule",
            ),
            path(
                "me/appointments/<uuid:public_id>/cancel/",
                cancel_and_confirm.cancel,
                name="me-appointment-cancel",
            ),
            path(
                "me/appointments/<uuid:public_id>/undo/",
                cancel_and_confirm.restore,
                name="me-appointment-restore",
            ),
            path(
                "me/appointments/<uuid:public_id>/confirm/",
                cancel_and_confirm.confirm,
                name="me-appointment-confirm",
            ),
            path(
                "me/appointments/<uuid:public_id>/proposal/",
                proposal.answer_proposal,
                name="me-appointment-proposal",
            ),
        ],
    ),
]
