"""The first steps of booking: choose a treatment, then length, therapist and time."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from booking.access.acting import current_acting, wants_to_act
from booking.access.patients import find_current_patient
from booking.actions.health.screening_requirements import require_online_booking_open
from booking.actions.holds.hold_slot import hold_slot
from booking.errors import OnlineBookingClosed, ProofOfEmailNeeded, Refusal
from booking.forms.public.slot_request import SlotFilterForm, SlotRequestForm
from booking.inputs import SlotRequest
from booking.models import Appointment, ClinicProfile, Therapist
from booking.models.current_clinic import current_clinic
from booking.queries.appointments.by_link import find_by_link
from booking.queries.appointments.holds_of_browser import holds_of_browser
from booking.queries.appointments.own import is_favorite_choice
from booking.queries.availability.bookable_times import BookableTime, find_nearest_times
from booking.queries.availability.offers import find_offers
from booking.queries.catalogue import (
    BookableTreatment,
    bookable_treatments,
    find_bookable_treatment,
)
from booking.views.form_pages import get_clinic_or_404
from booking.views.public.booking.browser_cookies import (
    browser_key,
    known_browser_key,
    remember_browser,
    remember_preferences,
    remembered_preferences,
)
from booking.views.public.booking.email_code import email_code_page
from booking.views.public.booking.hold_steps import is_own_hold
from booking.views.public.booking.slot_picker import SlotFilter, SlotPicker, build_slot_picker
from booking.views.public.guest_actor import booking_actor
from booking.views.public.health.screening_pages import booking_closed_page
from booking.views.public.summary import BOOKING_STEPS
from clinic.lib.dates import clock
from clinic.lib.http.access_marks import open_to_all
from clinic.lib.http.form_pages import HTTP_UNPROCESSABLE, see_other
from clinic.lib.http.same_origin import is_from_this_site


@dataclass(frozen=True, slots=True)
class ChoiceStar:
    """The star of the chosen length with a therapist, and the page to come back to."""

    therapist: Therapist
    is_starred: bool
    back: str


TEMPLATE = "booking/public/booking/times.html"


@open_to_all
@require_safe
def choose_treatment(request: HttpRequest) -> HttpResponse:
    """GET /book/: the treatments that can be booked."""
    context = {"treatments": bookable_treatments()}
    return render(request, "booking/public/booking/treatments.html", context)


@open_to_all
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose_time(request: HttpRequest, slug: str) -> HttpResponse:
    """GET shows free times, POST holds one."""
    bookable = find_bookable_treatment(slug)
    if bookable is None:
        raise Http404
    clinic = current_clinic(request)
    if clinic is None:
        return render(request, "booking/public/booking/not_open.html", status=503)
    try:
        require_online_booking_open(clinic, by=booking_actor(request))
    except OnlineBookingClosed as refusal:
        return booking_closed_page(request, refusal)
    if request.method == "POST":
        return _hold(request, clinic, bookable)
    form = SlotFilterForm(request.GET)
    valid = form.is_valid()
    slot_filter = SlotFilter(**form.cleaned_data) if valid else SlotFilter()
    if "therapist" not in request.GET:
        slot_filter.therapist, slot_filter.part = remembered_preferences(
            request, bookable.treatment
        )
    picker = build_slot_picker(
        clinic, bookable, slot_filter, clock.now(), own_holds=_own_holds(request)
    )
    status = 200 if valid and not picker.problem else 400 if not valid else HTTP_UNPROCESSABLE
    response = _page(request, picker, status=status, unreadable=not valid)
    if status == 200 and "therapist" in request.GET:
        remember_preferences(response, picker.therapist, picker.part)
    return response


@open_to_all
@never_cache
@csrf_exempt  # the buttons are on pages that are the same for everybody, which have no token
@require_http_methods(["GET", "HEAD", "POST"])
def take_named_time(request: HttpRequest, slug: str) -> HttpResponse:
    """POST holds a time from the next free times on the page of a treatment or an article.

    If the browser does not confirm that the form is from this site, nothing is held: the page of
    free times marks the time instead. GET redirects to that page.
    """
    bookable, clinic = find_bookable_treatment(slug), current_clinic(request)
    if bookable is None:
        raise Http404
    if request.method != "POST" or clinic is None:
        return see_other("choose", slug)
    if is_from_this_site(request):
        return _hold(request, clinic, bookable)
    form = SlotRequestForm(request.POST)
    if not form.is_valid():
        return see_other("choose", slug)
    slot_request = form.slot_request(slug)
    slot_filter = SlotFilter(
        option=slot_request.option,
        therapist=slot_request.therapist or "",
        day=clinic.local_date(slot_request.start),
    )
    picker = build_slot_picker(
        clinic, bookable, slot_filter, clock.now(), own_holds=_own_holds(request)
    )
    picker.named_start = slot_request.start
    return _page(request, picker, status=200)


def _hold(request: HttpRequest, clinic: ClinicProfile, bookable: BookableTreatment) -> HttpResponse:
    if wants_to_act(request) and current_acting(request) is None:
        return see_other("me")  # which says that it is over; nothing is done for oneself instead
    form = SlotRequestForm(request.POST)
    if not form.is_valid():
        picker = build_slot_picker(clinic, bookable, SlotFilter(), clock.now())
        return _page(
            request,
            picker,
            status=400,
            message=_first_error(form),
            after=request.POST.get("after", ""),
        )
    slot_request = form.slot_request(bookable.treatment.slug)
    key = browser_key(request)
    try:
        earlier = _expired_hold(request)
        hold = hold_slot(
            slot_request,
            by=booking_actor(request),
            browser_key=key,
            draft=earlier.draft if earlier else "",
            previous_hold=earlier,
            patient=find_current_patient(request),
        )
    except ProofOfEmailNeeded as refusal:
        return email_code_page(request, bookable.treatment.slug, refusal=refusal)
    except Refusal as refusal:
        return _refused(request, bookable, slot_request, refusal)
    is_answered = hold.screenings.exists()  # moved here from an earlier hold
    step = "hold" if is_answered else "hold-questions"
    response = see_other("me-check" if is_own_hold(request, hold) else step, hold.hold_token)
    remember_browser(response, key)
    return response


def _refused(
    request: HttpRequest, bookable: BookableTreatment, slot_request: SlotRequest, refusal: Refusal
) -> HttpResponse:
    """Render why a time was refused, with the nearest free times."""
    now, clinic = clock.now(), get_clinic_or_404(request)
    nearest, therapist = _nearest(clinic, bookable, slot_request, now)
    slot_filter = SlotFilter(option=slot_request.option, therapist=slot_request.therapist or "")
    if nearest:
        slot_filter.day = nearest[0].day
    picker = build_slot_picker(clinic, bookable, slot_filter, now, own_holds=_own_holds(request))
    return _page(
        request,
        picker,
        status=refusal.status,
        message=str(refusal),
        nearest=nearest,
        nearest_times_therapist=therapist,
        after=request.POST.get("after", ""),
    )


def _own_holds(request: HttpRequest) -> list[Appointment]:
    """Return the holds of this browser, whose times count as free on its own pages.

    Without those of somebody who has signed out, or of a patient for whom the user does not act.
    """
    held = holds_of_browser(known_browser_key(request), clock.now())
    return [hold for hold in held if hold.patient_id is None or is_own_hold(request, hold)]


def _nearest(
    clinic: ClinicProfile, bookable: BookableTreatment, slot_request: SlotRequest, now: datetime
) -> tuple[list[BookableTime], str]:
    """Return the nearest times, and the requested therapist (slug; else "" for any)."""
    for slug in dict.fromkeys([slot_request.therapist, None]):
        offers = find_offers(
            clinic, slot_request.option, treatment=bookable.treatment.slug, therapist=slug
        )
        nearest_times = (
            find_nearest_times(clinic, offers, requested_start=slot_request.start, now=now)
            if offers
            else []
        )
        if nearest_times:
            return nearest_times, slug or ""
    return [], ""


def _expired_hold(request: HttpRequest) -> Appointment | None:
    """Return the expired hold whose details are carried to the next one (`after`)."""
    return find_by_link(request.POST.get("after", ""), "hold")


def _page(
    request: HttpRequest, picker: SlotPicker, *, status: int, **extra: object
) -> HttpResponse:
    context = {"picker": picker, "steps": BOOKING_STEPS, "star": _star(request, picker), **extra}
    response = render(request, TEMPLATE, context, status=status)
    remember_browser(response, browser_key(request))
    return response


def _star(request: HttpRequest, picker: SlotPicker) -> ChoiceStar | None:
    """Return the star of the chosen length and therapist; None for visitors without an account, for
    whoever may not book for the patient, and for any therapist."""
    therapist = picker.chosen_therapist
    patient = find_current_patient(request) if therapist is not None else None
    acting = current_acting(request)
    if therapist is None or patient is None or (acting is not None and not acting.may_book):
        return None
    is_starred = is_favorite_choice(picker.option.pk, therapist.pk, patient, acting)
    day = {"day": picker.day.isoformat()} if picker.day else {}
    back = f"{reverse('choose', args=[picker.treatment.slug])}?{picker.query}&{urlencode(day)}"
    return ChoiceStar(therapist, is_starred, back)


def _first_error(form: SlotRequestForm) -> str:
    errors: list[ValidationError] = next(iter(form.errors.as_data().values()))
    return str(errors[0].messages[0])
