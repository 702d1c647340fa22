"""Addresses of secret links: the steps of a booking, and appointments. Never cached."""

from django.urls import path

from booking.views.public import email_change, unsubscribe
from booking.views.public.appointments import (
    calendar_files,
    cancel_and_confirm,
    ended_link,
    proposal,
    reschedule,
    show,
)
from booking.views.public.booking import email_proof, hold
from booking.views.public.health import health_questions
from clinic.lib.http.access_marks import apply_gate, secret_link

urlpatterns = apply_gate(
    secret_link,
    [
        path("book/hold/<str:token>/", hold.about_you, name="hold"),
        path(
            "book/hold/<str:token>/questions/",
            health_questions.health_questions,
            name="hold-questions",
        ),
        path("book/hold/<str:token>/note/", health_questions.doctor_note, name="hold-doctor-note"),
        path(
            "book/hold/<str:token>/call-back/",
            health_questions.request_call_back,
            name="hold-call-back",
        ),
        path(
            "book/hold/<str:token>/treatment/",
            health_questions.choose_gentler_treatment,
            name="hold-gentler-treatment",
        ),
        path("book/hold/<str:token>/review/", hold.review, name="hold-review"),
        path("book/hold/<str:token>/extend/", hold.extend, name="hold-extend"),
        path("book/hold/<str:token>/again/", hold.retake, name="hold-retake"),
        path("book/hold/<str:token>/release/", hold.release, name="hold-release"),
        path(
            "book/hold/<str:token>/prove/",
            email_proof.request_verification,
            name="hold-verify-email",
        ),
        path("book/prove/<str:token>/", email_proof.confirm_verification, name="verify-email"),
        path("mail/stop/<str:token>/", unsubscribe.unsubscribe, name="unsubscribe"),
        path("appointments/<str:token>/", show.show, name="appointment"),
        path(
            "appointments/<str:token>/appointment.ics",
            calendar_files.appointment_file,
            name="appointment-calendar",
        ),
        path(
            "appointments/<str:token>/feed/",
            calendar_files.create_patient_feed,
            name="appointment-feed",
        ),
        path("feeds/<str:token>.ics", calendar_files.feed, name="calendar-feed"),
        path(
            "appointments/<str:token>/reschedule/",
            reschedule.reschedule,
            name="appointment-reschedule",
        ),
        path(
            "appointments/<str:token>/cancel/", cancel_and_confirm.cancel, name="appointment-cancel"
        ),
        path(
            "appointments/<str:token>/undo/", cancel_and_confirm.restore, name="appointment-restore"
        ),
        path(
            "appointments/<str:token>/proposal/",
            proposal.answer_proposal,
            name="appointment-proposal",
        ),
        path(
            "appointments/<str:token>/confirm/",
            cancel_and_confirm.confirm,
            name="appointment-confirm",
        ),
        path("email-changes/<str:token>/", email_change.undo, name="email-change-undo"),
        path("appointments/<path:rest>", ended_link.cut_link, name="cut-link"),
    ],
)
