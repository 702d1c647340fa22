"""The steps between a held time and a booked one: about you, review (and between the two the
questions, in views.public.questions).

GET changes nothing. Reload, back, double click and a retry after a lost answer end in the
same appointment: confirming is idempotent, and a hold that has become an appointment sends
its browser there.
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
    EmailNotProven,
    HoldExpired,
    KeptLongEnough,
    NotFit,
    OnlineBookingClosed,
    Refusal,
)
from booking.forms.public.about_you import AboutYouForm
from booking.models import Appointment
from booking.queries.appointments.drafts import typed
from booking.queries.health.status import may_be_reviewed
from booking.views.public.booking.expired_hold import lapsed_page, see_other, take_again
from booking.views.public.booking.hold_steps import hold_context, with_hold
from booking.views.public.guest_actor import guest
from booking.views.public.health.screening_pages import closed_page, refused_for_health
from booking.views.public.summary import person_rows
from clinic.lib.dates import clock

EXTENDED_FROM = {"review": "hold-review", "questions": "hold-questions"}


@require_http_methods(["GET", "HEAD", "POST"])
@with_hold
def about_you(request: HttpRequest, hold: Appointment) -> HttpResponse:
    """GET shows the form, with what was typed before; POST keeps it and goes on to review."""
    now = clock.now()
    if request.method != "POST":
        if not hold.holds_at(now):
            return lapsed_page(request, hold)
        return _about_page(request, hold, AboutYouForm(initial=typed(hold)))
    taken = None if hold.draft else (now - hold.created_at).total_seconds()
    form = AboutYouForm(request.POST, seconds_taken=taken)
    if not form.is_valid():
        return _about_page(request, hold, form, status=422)
    draft = json.dumps({**form.details().as_dict(), "agreement": True})
    save_draft(hold, draft, by=guest(request))
    if hold.holds_at(now):
        step = "hold-review" if hold.screenings.exists() else "hold-questions"
        return see_other(step, hold.hold_token)
    return take_again(request, hold)


@require_http_methods(["GET", "HEAD", "POST"])
@with_hold
def review(request: HttpRequest, hold: Appointment) -> HttpResponse:
    """GET shows everything once more; POST books it."""
    form = AboutYouForm(typed(hold))
    if not form.is_valid():
        return see_other("hold", hold.hold_token)
    if request.method == "POST":
        return _confirm(request, hold, form)
    if not hold.holds_at(clock.now()):
        return lapsed_page(request, hold)
    if not may_be_reviewed(hold):
        return see_other("hold-questions", hold.hold_token)
    return _review_page(request, hold, form)


@require_POST
@with_hold
def extend(request: HttpRequest, hold: Appointment) -> HttpResponse:
    """Keep the time longer, and go on where the person was."""
    step = EXTENDED_FROM.get(request.POST.get("step", ""), "hold")
    try:
        extend_hold(hold, by=guest(request))
    except HoldExpired:
        return take_again(request, hold)
    except KeptLongEnough:
        pass  # the page itself says that it cannot be kept longer
    return see_other(step, hold.hold_token)


@require_POST
@with_hold
def again(request: HttpRequest, hold: Appointment) -> HttpResponse:
    """Take a time that ran out once more, if it is still free."""
    if hold.holds_at(clock.now()):
        return see_other("hold", hold.hold_token)
    return take_again(request, hold)


@require_POST
@with_hold
def release(request: HttpRequest, hold: Appointment) -> HttpResponse:
    """Give the time back and choose another."""
    release_hold(hold, by=guest(request))
    return see_other("choose", hold.option.treatment.slug)


def _confirm(request: HttpRequest, hold: Appointment, form: AboutYouForm) -> HttpResponse:
    try:
        booked = book_appointment(hold, form.details(), by=guest(request))
    except HoldExpired:
        return take_again(request, hold)
    except OnlineBookingClosed as refusal:
        return closed_page(request, refusal)
    except NotFit as refusal:
        return refused_for_health(request, hold, refusal)
    except EmailNotProven as refusal:
        return _review_page(request, hold, form, status=refusal.status, sentence=str(refusal))
    except Refusal as refusal:
        return lapsed_page(request, hold, refusal=refusal)
    return see_other("appointment", booked.link_token)


def _about_page(
    request: HttpRequest, hold: Appointment, form: AboutYouForm, *, status: int = 200
) -> HttpResponse:
    context = hold_context(request, hold, step="about") | {"form": form}
    return render(request, "booking/public/booking/about_you.html", context, status=status)


def _review_page(
    request: HttpRequest,
    hold: Appointment,
    form: AboutYouForm,
    *,
    status: int = 200,
    sentence: str = "",
) -> HttpResponse:
    context = hold_context(request, hold, step="review") | {
        "person_rows": person_rows(form.details(), hold),
        "sentence": sentence,
        "may_prove": bool(sentence),
    }
    return render(request, "booking/public/booking/review.html", context, status=status)
