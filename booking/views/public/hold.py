"""The steps between a held time and a booked one: about you, review.

GET changes nothing. Reload, back, double click and a retry after a lost answer end in the
same appointment: confirming is idempotent, and a hold that has become an appointment sends
its browser there.
"""

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from booking.actions import Actor, book_appointment, hold_slot, release_hold, save_draft
from booking.errors import HoldExpired, Refusal
from booking.forms.about_you import AboutYouForm
from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile
from booking.queries.appointments import find_by_link
from booking.queries.clinic import current_clinic
from booking.queries.offers import offers_of
from booking.queries.timetable import Time, nearest_times
from booking.values import Wish
from booking.views.public.browser import browser_key, remember_browser
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
    if request.method != "POST":
        if not hold.holds_at(clock.now()):
            return _lapsed(request, hold)
        return _about_page(request, hold, AboutYouForm(initial=_draft_of(hold)))
    form = AboutYouForm(request.POST)
    if not form.is_valid():
        return _about_page(request, hold, form, status=422)
    save_draft(hold, json.dumps({**form.details().as_dict(), "agreement": True}))
    if hold.holds_at(clock.now()):
        return see_other("hold-review", hold.hold_token)
    return _take_again(request, hold)


@require_http_methods(["GET", "HEAD", "POST"])
@with_hold
def review(request: HttpRequest, hold: Appointment) -> HttpResponse:
    """GET shows everything once more; POST books it."""
    form = AboutYouForm(_draft_of(hold))
    if not form.is_valid():
        return see_other("hold", hold.hold_token)
    if request.method == "POST":
        return _confirm(request, hold, form)
    clinic = current_clinic(request)
    if clinic is None or not hold.holds_at(clock.now()):
        return _lapsed(request, hold)
    context = {
        "hold": hold,
        "steps": STEPS,
        "rows": booking_rows(hold, clinic),
        "person_rows": person_rows(form.details(), hold),
    }
    return render(request, "booking/public/review.html", context)


@require_POST
@with_hold
def again(request: HttpRequest, hold: Appointment) -> HttpResponse:
    """Take a time that ran out once more, if it is still free."""
    if hold.holds_at(clock.now()):
        return see_other("hold", hold.hold_token)
    return _take_again(request, hold)


@require_POST
@with_hold
def release(request: HttpRequest, hold: Appointment) -> HttpResponse:
    """Give the time back and choose another."""
    release_hold(hold, by=Actor.guest())
    return see_other("choose", hold.option.treatment.slug)


def see_other(name: str, argument: str) -> HttpResponse:
    """303: look there, with a GET."""
    response = redirect(name, argument)
    response.status_code = 303
    return response


def _confirm(request: HttpRequest, hold: Appointment, form: AboutYouForm) -> HttpResponse:
    try:
        booked = book_appointment(hold, form.details(), by=Actor.guest())
    except HoldExpired:
        return _take_again(request, hold)
    except Refusal as refusal:
        return _lapsed(request, hold, refusal=refusal)
    return see_other("appointment", booked.link_token)


def _take_again(request: HttpRequest, hold: Appointment) -> HttpResponse:
    """The time ran out: the same browser takes it again, with all that was typed."""
    wish = Wish(hold.option_id, hold.starts_at, None if hold.any_therapist else hold.therapist.slug)
    key = browser_key(request)
    try:
        fresh = hold_slot(wish, by=Actor.guest(), holder=key, draft=hold.draft)
    except Refusal as refusal:
        return _lapsed(request, hold, refusal=refusal)
    response = see_other("hold-review" if fresh.draft else "hold", fresh.hold_token)
    remember_browser(response, key)
    return response


def _lapsed(
    request: HttpRequest, hold: Appointment, *, refusal: Refusal | None = None
) -> HttpResponse:
    """The time has run out: take it again, or one of the nearest others. Nothing is lost."""
    clinic = current_clinic(request)
    if clinic is None:
        raise Http404
    context = {
        "hold": hold,
        "sentence": str(refusal or HoldExpired()),
        "taken": refusal is not None,
        "nearest": _alternatives(clinic, hold, clock.now()),
        "kept": bool(hold.draft),
    }
    status = refusal.status if refusal is not None else HoldExpired.status
    return render(request, "booking/public/lapsed.html", context, status=status)


def _alternatives(clinic: ClinicProfile, hold: Appointment, now: datetime) -> list[Time]:
    offers = offers_of(clinic, Q(option=hold.option_id))
    if not offers:
        return []
    return nearest_times(clinic, offers, wanted=hold.starts_at, now=now)


def _about_page(
    request: HttpRequest, hold: Appointment, form: AboutYouForm, *, status: int = 200
) -> HttpResponse:
    clinic = current_clinic(request)
    if clinic is None:
        raise Http404
    context = {"hold": hold, "form": form, "steps": STEPS, "rows": booking_rows(hold, clinic)}
    return render(request, "booking/public/about_you.html", context, status=status)


def _draft_of(hold: Appointment) -> dict[str, object]:
    draft: dict[str, object] = json.loads(hold.draft) if hold.draft else {}
    return draft
