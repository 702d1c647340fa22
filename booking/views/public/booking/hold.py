"""The steps of a booking after its hold: health questions, personal details, a review if needed.

The questions come first, since they can end a booking (views.public.health). GET changes nothing.
Booking is idempotent: reload, back, double click and retry end at the same appointment, to which a
booked hold redirects.
"""

import json
from datetime import timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from booking.actions.appointments.book_online import book_appointment
from booking.actions.holds.extend_hold import extend_hold
from booking.actions.holds.release_hold import release_hold
from booking.actions.holds.save_draft import save_draft
from booking.errors import (
    EmailNotVerified,
    ExtensionLimitReached,
    HoldExpired,
    OnlineBookingClosed,
    Refusal,
    ScreeningBlocked,
)
from booking.forms.public.about_you import PersonalDetailsForm
from booking.models import Appointment
from booking.queries.appointments.drafts import load_draft
from booking.queries.appointments.patient_texts import joined_texts
from booking.queries.health.status import screening_allows_booking
from booking.views.form_pages import get_clinic_or_404
from booking.views.public.booking.expired_hold import expired_hold_page, retake_hold
from booking.views.public.booking.hold_steps import (
    choose_url,
    for_guests,
    hold_context,
)
from booking.views.public.booking.open_hold import with_hold
from booking.views.public.guest_actor import guest_actor, visitor_actor
from booking.views.public.health.screening_pages import booking_closed_page, health_refusal_page
from booking.views.public.summary import person_rows
from clinic.lib.dates import clock
from clinic.lib.http.form_pages import form_status, see_other
from clinic.lib.http.help_notice import see_other_with_help

STEP_URL_NAMES = {
    "review": "hold-review",
    "questions": "hold-questions",
    "check": "me-check",
}
TOO_FAST = timedelta(seconds=3)
"""People need longer to type their details; a form that is sent sooner is a program's."""


@require_http_methods(["GET", "HEAD", "POST"])
@with_hold
@for_guests
def about_you(request: HttpRequest, hold: Appointment) -> HttpResponse:
    """GET shows the form for the personal details, after the questions; POST saves them and books.

    If it is sent sooner than TOO_FAST, the review page comes first.
    """
    if request.method == "POST":
        return _save_details(request, hold)
    if not hold.is_active_hold(clock.now()):
        return expired_hold_page(request, hold)
    if not screening_allows_booking(hold):
        return see_other("hold-questions", hold.hold_token)
    return _about_page(request, hold, PersonalDetailsForm(initial=load_draft(hold)))


@require_http_methods(["GET", "HEAD", "POST"])
@with_hold
@for_guests
def review(request: HttpRequest, hold: Appointment) -> HttpResponse:
    """GET shows the whole booking; POST books it."""
    form = PersonalDetailsForm(load_draft(hold))
    if not form.is_valid():
        return see_other("hold", hold.hold_token)
    if request.method == "POST":
        return _confirm(request, hold, form)
    if not hold.is_active_hold(clock.now()):
        return expired_hold_page(request, hold)
    if not screening_allows_booking(hold):
        return see_other("hold-questions", hold.hold_token)
    return _review_page(request, hold, form)


@require_POST
@with_hold
def extend(request: HttpRequest, hold: Appointment) -> HttpResponse:
    """Extend the hold, and redirect to the step it was sent from."""
    step = STEP_URL_NAMES.get(request.POST.get("step", ""), "hold")
    try:
        extend_hold(hold, by=visitor_actor(request, hold))
    except HoldExpired:
        return retake_hold(request, hold)
    except ExtensionLimitReached:
        pass  # the page itself says that it cannot be kept longer
    return see_other(step, hold.hold_token)


@require_POST
@with_hold
def retake(request: HttpRequest, hold: Appointment) -> HttpResponse:
    """Hold an expired time again, if it is still free."""
    if hold.is_active_hold(clock.now()):
        return see_other("hold", hold.hold_token)
    return retake_hold(request, hold)


@require_POST
@with_hold
def release(request: HttpRequest, hold: Appointment) -> HttpResponse:
    """Release the hold, and redirect to the free times of the same day, length and therapist."""
    release_hold(hold, by=visitor_actor(request, hold))
    return see_other(choose_url(hold, get_clinic_or_404(request)))


def _save_details(request: HttpRequest, hold: Appointment) -> HttpResponse:
    form, now = PersonalDetailsForm(request.POST), clock.now()
    if not form.is_valid():
        return _about_page(request, hold, form)
    is_first_time = not hold.draft
    save_draft(hold, json.dumps(form.details().as_dict()), by=guest_actor(request))
    if not hold.is_active_hold(now):
        return retake_hold(request, hold)
    if not screening_allows_booking(hold):
        return see_other("hold-questions", hold.hold_token)
    if settings.ABUSE_LIMITS and is_first_time and now - hold.created_at < TOO_FAST:
        return see_other("hold-review", hold.hold_token)
    return _confirm(request, hold, form)


def _confirm(request: HttpRequest, hold: Appointment, form: PersonalDetailsForm) -> HttpResponse:
    try:
        booked = book_appointment(hold, form.details(), by=guest_actor(request))
    except HoldExpired:
        return retake_hold(request, hold)
    except OnlineBookingClosed as refusal:
        return booking_closed_page(request, refusal)
    except ScreeningBlocked as refusal:
        return health_refusal_page(request, hold, refusal)
    except EmailNotVerified as refusal:
        return _review_page(request, hold, form, status=refusal.status, message=str(refusal))
    except Refusal as refusal:
        return expired_hold_page(request, hold, refusal=refusal)
    appointment = reverse("appointment", args=[booked.link_token])
    return see_other_with_help(request, appointment, joined_texts(booked))


def _about_page(request: HttpRequest, hold: Appointment, form: PersonalDetailsForm) -> HttpResponse:
    context = hold_context(request, hold, step="about") | {"form": form}
    return render(
        request, "booking/public/booking/about_you.html", context, status=form_status(form)
    )


def _review_page(
    request: HttpRequest,
    hold: Appointment,
    form: PersonalDetailsForm,
    *,
    status: int = 200,
    message: str = "",
) -> HttpResponse:
    context = hold_context(request, hold, step="review") | {
        "person_rows": person_rows(form.details(), hold, get_clinic_or_404(request)),
        "message": message,
        "may_verify_email": bool(message),
    }
    return render(request, "booking/public/booking/review.html", context, status=status)
