"""The steps of a booking after its hold: personal details, health questions and review.

The questions are in views.public.health. GET changes nothing. Booking is idempotent: reload,
back, double click and retry end at the same appointment, to which a booked hold redirects.
"""

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
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
from booking.queries.health.status import screening_allows_booking
from booking.views.form_pages import get_clinic_or_404
from booking.views.public.booking.expired_hold import expired_hold_page, retake_hold
from booking.views.public.booking.hold_steps import hold_context, with_hold
from booking.views.public.guest_actor import guest_actor
from booking.views.public.health.screening_pages import booking_closed_page, health_refusal_page
from booking.views.public.summary import person_rows
from clinic.lib.dates import clock
from clinic.lib.http.form_pages import form_status, see_other

STEP_URL_NAMES = {"review": "hold-review", "questions": "hold-questions"}


@require_http_methods(["GET", "HEAD", "POST"])
@with_hold
def about_you(request: HttpRequest, hold: Appointment) -> HttpResponse:
    """GET shows the form for the personal details; POST saves them and goes to the next step."""
    now = clock.now()
    if request.method != "POST":
        if not hold.is_active_hold(now):
            return expired_hold_page(request, hold)
        return _about_page(request, hold, PersonalDetailsForm(initial=load_draft(hold)))
    seconds = None if hold.draft else (now - hold.created_at).total_seconds()
    form = PersonalDetailsForm(request.POST, seconds_to_fill=seconds)
    if not form.is_valid():
        return _about_page(request, hold, form)
    draft = json.dumps({**form.details().as_dict(), "agreement": True})
    save_draft(hold, draft, by=guest_actor(request))
    if hold.is_active_hold(now):
        step = "hold-review" if hold.screenings.exists() else "hold-questions"
        return see_other(step, hold.hold_token)
    return retake_hold(request, hold)


@require_http_methods(["GET", "HEAD", "POST"])
@with_hold
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
        extend_hold(hold, by=guest_actor(request))
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
    """Release the hold, and redirect to the free times."""
    release_hold(hold, by=guest_actor(request))
    return see_other("choose", hold.option.treatment.slug)


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
    return see_other("appointment", booked.link_token)


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
