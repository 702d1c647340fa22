"""Load the hold of a step for its view, and answer for holds that are not open any more."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import TypeGuard
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from booking.access.acting import current_acting
from booking.errors import InvalidState, SlotWithdrawn
from booking.lifecycle import OPEN_HOLD_STATUSES
from booking.models import Appointment, AppointmentEvent
from booking.queries.appointments.by_link import find_by_link
from booking.queries.appointments.withdrawn_holds import is_withdrawn
from booking.views.public.appointments.ended_link import ended_link_page
from booking.views.public.booking.expired_hold import expired_hold_page
from booking.views.public.booking.hold_steps import HoldView, is_own_hold
from clinic.lib.dates import clock
from clinic.lib.http.form_pages import see_other

REDIRECT_AFTER_BOOKING_FOR = timedelta(hours=1)
"""How long the steps of a finished booking still lead to the appointment."""
HTTP_BAD_REQUEST = 400


def with_hold(view: HoldView) -> Callable[..., HttpResponse]:
    """Return a view that gets the hold of a token.

    An unknown token gives a page with 404, a booked hold a redirect to the appointment. The hold of
    a patient with an account opens for that patient only: it shows their answers, and its address
    stays in the browser's history after they sign out.

    The same form may arrive twice at once, when the first answer is slow or lost. A request that is
    refused because the other has booked, released or deleted the hold meanwhile gets the answer of
    a request that arrives after that.
    """

    @wraps(view)
    def load_and_call(request: HttpRequest, token: str) -> HttpResponse:
        hold = find_by_link(token, "hold")
        if not _is_open(hold):
            return _no_open_hold(request, hold)
        if not _may_open(request, hold):
            return _held_for_another(request, hold)
        request.acting = current_acting(request)  # type: ignore[attr-defined]  # for templates
        try:
            response = view(request, hold)
        except (InvalidState, Appointment.DoesNotExist):
            if _is_open(hold_now := find_by_link(token, "hold")):
                raise
            return _no_open_hold(request, hold_now)
        is_refused = request.method == "POST" and response.status_code >= HTTP_BAD_REQUEST
        if is_refused and not _is_open(hold_now := find_by_link(token, "hold")):
            return _no_open_hold(request, hold_now)
        return response

    return load_and_call


def _is_open(hold: Appointment | None) -> TypeGuard[Appointment]:
    return hold is not None and hold.status in OPEN_HOLD_STATUSES


def _no_open_hold(request: HttpRequest, hold: Appointment | None) -> HttpResponse:
    """Redirect to the appointment that a hold has become, or say that the hold is over."""
    if hold is None:
        return ended_link_page(request)
    if hold.booked_at is not None and clock.now() - hold.booked_at < REDIRECT_AFTER_BOOKING_FOR:
        return _booked(hold)
    if is_withdrawn(hold) and _may_open(request, hold):
        return expired_hold_page(request, hold, refusal=SlotWithdrawn())
    return render(request, "booking/public/booking/hold_over.html", {"hold": hold}, status=410)


def _may_open(request: HttpRequest, hold: Appointment) -> bool:
    """Return whether it is the hold of a guest, or of the patient whose account is open.

    A proxy without permission to see health answers cannot open a hold with answers of others.
    """
    if hold.patient_id is None:
        return True
    acting = current_acting(request)
    may_see = acting is None or acting.may_see_health
    return is_own_hold(request, hold) and (
        may_see or not hold.screenings.exclude(user=request.user.pk).exists()
    )


def _held_for_another(request: HttpRequest, hold: Appointment) -> HttpResponse:
    """Redirect to the sign-in if nobody is signed in, else to the account."""
    if not request.user.is_authenticated:
        check = reverse("me-check", args=[hold.hold_token])
        return see_other(f"{reverse('account_login')}?{urlencode({'next': check})}")
    messages.info(request, _("That time is held for another person. Nothing was changed."))
    return see_other("me")


def _booked(hold: Appointment) -> HttpResponse:
    """Redirect to the appointment that a hold has become: in the account, or by its secret link.

    What was booked in an account opens only there. A proxy still has the address of the hold, and
    must not get the appointment's secret link by it.
    """
    in_account = hold.events.filter(
        kind=AppointmentEvent.Kind.BOOKED, actor_type=AppointmentEvent.ActorType.PATIENT
    )
    if in_account.exists():
        return see_other("me-appointment", hold.public_id)
    return see_other("appointment", hold.link_token)
