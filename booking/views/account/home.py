"""The first page of the patient's account, past appointments, and the account's part of the
header."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from booking.access.acting import current_acting, for_proxies
from booking.access.allauth_internals import email_proven_by_sign_in
from booking.access.patients import current_patient, find_current_patient
from booking.access.proxies import Permission
from booking.models import Appointment, ClinicProfile
from booking.queries.appointments.change_policy import ChangePolicy
from booking.queries.appointments.own import (
    OwnAppointments,
    favorite_choices,
    load_own_appointments,
    past_appointments,
)
from booking.queries.availability.book_again import propose_again
from booking.queries.availability.bookable_times import BookableTime
from booking.views.form_pages import get_clinic_or_404
from clinic.lib.dates import clock

PAGE_LENGTH = 20
MAX_CARDS = 2
"""How many of the next appointments are shown with all their buttons. More would push the times to
book again far down the page."""


@dataclass(frozen=True, slots=True)
class AppointmentCard:
    """An appointment, with what the patient may change now."""

    appointment: Appointment
    policy: ChangePolicy


@for_proxies()
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """GET /me/: the patient's appointments; for a proxy within their grant."""
    patient, clinic, acting = (
        current_patient(request),
        get_clinic_or_404(request),
        current_acting(request),
    )
    proven_email = "" if acting is not None else email_proven_by_sign_in(request)
    own = load_own_appointments(patient, clock.now(), acting, proven_email=proven_email)
    context = {
        "patient": patient,
        "acting": acting,
        "may_book": acting is None or acting.may_book,
        "own": own,
        "upcoming": _cards(own.upcoming[:MAX_CARDS], clinic),
        "later": own.upcoming[MAX_CARDS:],
        "cancelled": [card for card in _cards(own.cancelled, clinic) if card.policy.can_undo],
        "proposals": _proposals(own, clinic),
    }
    return render(request, "booking/account/home.html", context)


@for_proxies(Permission.SEE_TIMES)
@require_safe
def past(request: HttpRequest) -> HttpResponse:
    """GET /me/appointments/?page=2: the past appointments, twenty a page."""
    acting = current_acting(request)
    rows = past_appointments(current_patient(request), clock.now(), acting)
    page = Paginator(rows, PAGE_LENGTH).get_page(request.GET.get("page"))
    return render(request, "booking/account/past.html", {"page": page, "acting": acting})


@require_safe
def menu(request: HttpRequest) -> HttpResponse:
    """GET /me/menu/: name and sign-out button, which a script puts into the header of public
    pages.

    `?favorites` adds what the patient has starred, for the page that asks for it.
    """
    patient, acting = find_current_patient(request), current_acting(request)
    may_book = patient is not None and (acting is None or acting.may_book)
    asks = may_book and "favorites" in request.GET
    favorites = favorite_choices(patient, acting) if patient is not None and asks else []
    return render(request, "booking/account/_menu.html", {"favorites": favorites})


def _cards(rows: Sequence[Appointment], clinic: ClinicProfile) -> list[AppointmentCard]:
    now = clock.now()
    return [AppointmentCard(row, ChangePolicy.of(row, clinic, now)) for row in rows]


def _proposals(own: OwnAppointments, clinic: ClinicProfile) -> list[BookableTime]:
    """Return free times for the same treatment, on days after the last upcoming appointment."""
    if own.again is None:
        return []
    now = clock.now()
    return propose_again(clinic, own.again, after=own.last_day(clinic, now), now=now)
