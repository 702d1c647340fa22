"""The steps between a held time and a booked one: about you, review.

GET changes nothing. Reload, back, double click and a retry after a lost answer end in the
same appointment: confirming is idempotent, and a hold that has become an appointment sends
its browser there.
"""

import json
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from booking.actions import book_appointment, extend_hold, release_hold, save_draft
from booking.errors import EmailNotProven, HoldExpired, KeptLongEnough, Refusal
from booking.forms.about_you import AboutYouForm
from booking.lifecycle import Status
from booking.models import Appointment
from booking.models.appointment import MOST_EXTENSIONS
from booking.queries.appointments import find_by_link
from booking.queries.clinic import current_clinic
from booking.views.public.actor import guest
from booking.views.public.lapsed import lapsed_page, see_other, take_again
from booking.views.public.summary import STEPS, booking_rows, person_rows
from clinic.lib import clock

SHOWN_AFTER_BOOKING = timedelta(hours=1)
"""How long the steps of a finished booking still lead to the appointment."""

HoldView = Callable[[HttpRequest, Appointment], HttpResponse]


def with_hold(view: HoldView) -> Callable[..., HttpResponse]:
    """Hand the view its hold. 404 for a token that opens nothing."""

    @wraps(view)
    def found(request: HttpRequest, token: str) -> HttpResponse:
        hold = find_by_link(token, "hold")
        if hold is None:
            raise Http404
        if hold.status in (Status.HOLD, Status.EXPIRED):
            return view(request, hold)
        if hold.booked_at is not None and clock.now() - hold.booked_at < SHOWN_AFTER_BOOKING:
            return see_other("appointment", hold.link_token)
        return render(request, "booking/public/hold_over.html", {"hold": hold}, status=410)

    return found


@require_http_methods(["GET", "HEAD", "POST"])
@with_hold
def about_you(request: HttpRequest, hold: Appointment) -> HttpResponse:
    """GET shows the form, with what was typed before; POST keeps it and goes on to review."""
    now = clock.now()
    if request.method != "POST":
        if not hold.holds_at(now):
            return lapsed_page(request, hold)
        return _about_page(request, hold, AboutYouForm(initial=draft_of(hold)))
    taken = None if hold.draft else (now - hold.created_at).total_seconds()
    form = AboutYouForm(request.POST, seconds_taken=taken)
    if not form.is_valid():
        return _about_page(request, hold, form, status=422)
    draft = json.dumps({**form.details().as_dict(), "agreement": True})
    save_draft(hold, draft, by=guest(request))
    if hold.holds_at(now):
        return see_other("hold-review", hold.hold_token)
    return take_again(request, hold)


@require_http_methods(["GET", "HEAD", "POST"])
@with_hold
def review(request: HttpRequest, hold: Appointment) -> HttpResponse:
    """GET shows everything once more; POST books it."""
    form = AboutYouForm(draft_of(hold))
    if not form.is_valid():
        return see_other("hold", hold.hold_token)
    if request.method == "POST":
        return _confirm(request, hold, form)
    if not hold.holds_at(clock.now()):
        return lapsed_page(request, hold)
    return _review_page(request, hold, form)


@require_POST
@with_hold
def extend(request: HttpRequest, hold: Appointment) -> HttpResponse:
    """Keep the time longer, and go on where the person was."""
    step = "hold-review" if request.POST.get("step") == "review" else "hold"
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
    except EmailNotProven as refusal:
        return _review_page(request, hold, form, status=refusal.status, sentence=str(refusal))
    except Refusal as refusal:
        return lapsed_page(request, hold, refusal=refusal)
    return see_other("appointment", booked.link_token)


def _about_page(
    request: HttpRequest, hold: Appointment, form: AboutYouForm, *, status: int = 200
) -> HttpResponse:
    context = _context(request, hold, step="about") | {"form": form}
    return render(request, "booking/public/about_you.html", context, status=status)


def _review_page(
    request: HttpRequest,
    hold: Appointment,
    form: AboutYouForm,
    *,
    status: int = 200,
    sentence: str = "",
) -> HttpResponse:
    context = _context(request, hold, step="review") | {
        "person_rows": person_rows(form.details(), hold),
        "sentence": sentence,
        "may_prove": bool(sentence),
    }
    return render(request, "booking/public/review.html", context, status=status)


def _context(request: HttpRequest, hold: Appointment, *, step: str) -> dict[str, Any]:
    """What both steps show."""
    clinic = current_clinic(request)
    if clinic is None:
        raise Http404
    return {
        "hold": hold,
        "step": step,
        "steps": STEPS,
        "rows": booking_rows(hold, clinic),
        "now": clock.now(),
        "may_extend": hold.extensions < MOST_EXTENSIONS,
    }


def draft_of(hold: Appointment) -> dict[str, object]:
    """What was typed in the step before, if anything."""
    draft: dict[str, object] = json.loads(hold.draft) if hold.draft else {}
    return draft
