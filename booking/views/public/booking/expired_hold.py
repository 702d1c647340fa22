"""An expired hold: hold the same time again, or offer the nearest others."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from booking.access.patients import find_current_patient
from booking.actions.health.screening_requirements import require_not_blocked
from booking.actions.holds.hold_slot import hold_slot
from booking.errors import (
    ChangeInProgress,
    HoldExpired,
    ProofOfEmailNeeded,
    Refusal,
    ScreeningBlocked,
)
from booking.inputs import SlotRequest
from booking.models import Appointment, ClinicProfile
from booking.queries.availability.bookable_times import BookableTime, find_nearest_times
from booking.queries.availability.offers import find_offers
from booking.queries.health.status import health_status_of
from booking.views.form_pages import get_clinic_or_404
from booking.views.public.booking.browser_cookies import browser_key, remember_browser
from booking.views.public.booking.email_code import email_code_page_of_hold
from booking.views.public.booking.hold_steps import choose_url, step_after_questions
from booking.views.public.guest_actor import booking_actor
from clinic.lib.dates import clock
from clinic.lib.http.form_pages import see_other


def retake_hold(request: HttpRequest, hold: Appointment) -> HttpResponse:
    """Hold an expired time again for the same browser, with everything that was typed."""
    key = browser_key(request)
    try:
        new_hold = hold_same_slot(request, hold, browser_key=key)
    except ScreeningBlocked:
        return see_other("hold-questions", hold.hold_token)
    except ProofOfEmailNeeded as refusal:
        return email_code_page_of_hold(request, hold, refusal=refusal)
    except Refusal as refusal:
        return expired_hold_page(request, hold, refusal=refusal)
    response = see_other(step_after_questions(new_hold), new_hold.hold_token)
    remember_browser(response, key)
    return response


def hold_same_slot(request: HttpRequest, hold: Appointment, *, browser_key: str) -> Appointment:
    """Create a new hold of the same time, with what was typed and answered.

    Raises what hold_slot raises, and ScreeningBlocked if the health answers forbid a booking.
    """
    require_not_blocked(health_status_of(hold, clock.now()))
    therapist = None if hold.any_therapist else hold.therapist.slug
    slot_request = SlotRequest(hold.option_id, hold.starts_at, therapist)
    return hold_slot(
        slot_request,
        by=booking_actor(request),
        browser_key=browser_key,
        draft=hold.draft,
        previous_hold=hold,
        patient=find_current_patient(request) if hold.patient_id else None,
    )


def expired_hold_page(
    request: HttpRequest, hold: Appointment, *, refusal: Refusal | None = None
) -> HttpResponse:
    """Render that the hold is over, with the nearest free times.

    Not after ChangeInProgress, which is raised: the time is still held, and the page for 409 sends
    the same form again.
    """
    if isinstance(refusal, ChangeInProgress):
        raise refusal
    clinic = get_clinic_or_404(request)
    context = {
        "hold": hold,
        "message": str(refusal or HoldExpired()),
        "is_taken": refusal is not None,
        "nearest": [
            time
            for time in nearest_alternatives(clinic, hold)
            if refusal is not None or time.starts_at != hold.starts_at  # its own button is above
        ],
        "choose_url": choose_url(hold, clinic),
        "has_saved_details": bool(hold.draft),
    }
    status = refusal.status if refusal is not None else HoldExpired.status
    return render(request, "booking/public/booking/expired_hold.html", context, status=status)


def nearest_alternatives(clinic: ClinicProfile, hold: Appointment) -> list[BookableTime]:
    """Return the free times nearest to that of a hold, with any therapist."""
    offers = find_offers(clinic, hold.option_id)
    if not offers:
        return []
    return find_nearest_times(clinic, offers, requested_start=hold.starts_at, now=clock.now())
