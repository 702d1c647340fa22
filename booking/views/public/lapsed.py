"""A held time that is over: take it again, or one of the nearest others. Nothing is lost."""

from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from booking.actions import hold_slot
from booking.errors import HoldExpired, Refusal
from booking.models import Appointment, ClinicProfile
from booking.queries.clinic import current_clinic
from booking.queries.offers import offers_of
from booking.queries.timetable import Time, nearest_times
from booking.values import Wish
from booking.views.public.actor import guest
from booking.views.public.browser import browser_key, remember_browser
from clinic.lib import clock


def see_other(name: str, argument: str) -> HttpResponse:
    """303: look there, with a GET."""
    response = redirect(name, argument)
    response.status_code = 303
    return response


def take_again(request: HttpRequest, hold: Appointment) -> HttpResponse:
    """The time ran out: the same browser takes it again, with all that was typed."""
    key = browser_key(request)
    try:
        fresh = same_again(request, hold, holder=key)
    except Refusal as refusal:
        return lapsed_page(request, hold, refusal=refusal)
    response = see_other("hold-review" if fresh.draft else "hold", fresh.hold_token)
    remember_browser(response, key)
    return response


def same_again(request: HttpRequest, hold: Appointment, *, holder: str) -> Appointment:
    """A new hold of the same time, with what was typed. Raises what hold_slot raises."""
    therapist = None if hold.any_therapist else hold.therapist.slug
    wish = Wish(hold.option_id, hold.starts_at, therapist)
    return hold_slot(wish, by=guest(request), holder=holder, draft=hold.draft)


def lapsed_page(
    request: HttpRequest, hold: Appointment, *, refusal: Refusal | None = None
) -> HttpResponse:
    """Says that the time is over, and offers what can be done."""
    clinic = current_clinic(request)
    if clinic is None:
        raise Http404
    context = {
        "hold": hold,
        "sentence": str(refusal or HoldExpired()),
        "taken": refusal is not None,
        "nearest": alternatives(clinic, hold),
        "kept": bool(hold.draft),
    }
    status = refusal.status if refusal is not None else HoldExpired.status
    return render(request, "booking/public/lapsed.html", context, status=status)


def alternatives(clinic: ClinicProfile, hold: Appointment) -> list[Time]:
    """The free times nearest to one that is gone, with anyone."""
    offers = offers_of(clinic, Q(option=hold.option_id))
    if not offers:
        return []
    return nearest_times(clinic, offers, wanted=hold.starts_at, now=clock.now())
