"""The first steps of booking: choose a treatment, then a length, a therapist and a time."""

from datetime import datetime

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from booking.actions.health.screening_requirements import require_online_booking_open
from booking.actions.holds.hold_slot import hold_slot
from booking.errors import OnlineBookingClosed, Refusal
from booking.forms.public.slot_request import SlotFilterForm, SlotRequestForm
from booking.inputs import SlotRequest
from booking.models import Appointment, ClinicProfile
from booking.models.current_clinic import current_clinic
from booking.queries.appointments.by_link import find_by_link
from booking.queries.availability.bookable_times import BookableTime, find_nearest_times
from booking.queries.availability.offers import find_offers
from booking.queries.catalogue import (
    BookableTreatment,
    bookable_treatments,
    find_bookable_treatment,
)
from booking.views.public.booking.browser_cookies import (
    browser_key,
    remember_browser,
    remember_preferences,
    remembered_preferences,
)
from booking.views.public.booking.slot_picker import SlotFilter, SlotPicker, build_slot_picker
from booking.views.public.guest_actor import guest_actor
from booking.views.public.health.screening_pages import booking_closed_page
from booking.views.public.summary import BOOKING_STEPS
from clinic.lib.dates import clock
from clinic.lib.http.access_marks import open_to_all
from clinic.lib.http.form_pages import see_other

TEMPLATE = "booking/public/booking/times.html"


@open_to_all
@require_safe
def choose_treatment(request: HttpRequest) -> HttpResponse:
    """GET /book/: what can be booked."""
    context = {"treatments": bookable_treatments()}
    return render(request, "booking/public/booking/treatments.html", context)


@open_to_all
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def choose_time(request: HttpRequest, slug: str) -> HttpResponse:
    """GET looks at times, POST holds one."""
    bookable = find_bookable_treatment(slug)
    if bookable is None:
        raise Http404
    clinic = current_clinic(request)
    if clinic is None:
        return render(request, "booking/public/booking/not_open.html", status=503)
    try:
        require_online_booking_open(clinic, by=guest_actor(request))
    except OnlineBookingClosed as refusal:
        return booking_closed_page(request, refusal)
    if request.method == "POST":
        return _hold(request, clinic, bookable)
    form = SlotFilterForm(request.GET)
    valid = form.is_valid()
    look = SlotFilter(**form.cleaned_data) if valid else SlotFilter()
    if "therapist" not in request.GET:
        look.therapist, look.part = remembered_preferences(request, bookable.treatment)
    choice = build_slot_picker(clinic, bookable, look, clock.now())
    status = 200 if valid and not choice.problem else 400 if not valid else 422
    response = _page(request, choice, status=status, unreadable=not valid)
    if status == 200 and "therapist" in request.GET:
        remember_preferences(response, choice.therapist, choice.part)
    return response


def _hold(request: HttpRequest, clinic: ClinicProfile, bookable: BookableTreatment) -> HttpResponse:
    form = SlotRequestForm(request.POST)
    if not form.is_valid():
        choice = build_slot_picker(clinic, bookable, SlotFilter(), clock.now())
        return _page(request, choice, status=400, sentence=_first_error(form))
    wish = form.wish(bookable.treatment.slug)
    key = browser_key(request)
    try:
        earlier = _expired_hold(request)
        hold = hold_slot(
            wish,
            by=guest_actor(request),
            holder=key,
            draft=earlier.draft if earlier else "",
            after=earlier,
        )
    except Refusal as refusal:
        return _refused(request, bookable, wish, refusal)
    response = see_other("hold", hold.hold_token)
    remember_browser(response, key)
    return response


def _refused(
    request: HttpRequest, bookable: BookableTreatment, wish: SlotRequest, refusal: Refusal
) -> HttpResponse:
    """Why not, and the nearest times instead, with everything chosen kept."""
    now, clinic = clock.now(), current_clinic(request)
    if clinic is None:
        raise Http404
    nearest, therapist = _nearest(clinic, bookable, wish, now)
    wanted = SlotFilter(option=wish.option, therapist=wish.therapist or "")
    if nearest:
        wanted.day = nearest[0].day
    choice = build_slot_picker(clinic, bookable, wanted, now)
    return _page(
        request,
        choice,
        status=refusal.status,
        sentence=str(refusal),
        nearest=nearest,
        nearest_times_therapist=therapist,
        after=request.POST.get("after", ""),
    )


def _nearest(
    clinic: ClinicProfile, bookable: BookableTreatment, wish: SlotRequest, now: datetime
) -> tuple[list[BookableTime], str]:
    """The nearest times with the therapist that was wished for, else with anyone."""
    condition = Q(option=wish.option, option__treatment=bookable.treatment)
    for slug in dict.fromkeys([wish.therapist, None]):
        offers = find_offers(clinic, condition, therapist=slug)
        found = find_nearest_times(clinic, offers, wanted=wish.start, now=now) if offers else []
        if found:
            return found, slug or ""
    return [], ""


def _expired_hold(request: HttpRequest) -> Appointment | None:
    """The hold that has run out: what was typed for it goes along to the next one."""
    return find_by_link(request.POST.get("after", ""), "hold")


def _page(
    request: HttpRequest, choice: SlotPicker, *, status: int, **extra: object
) -> HttpResponse:
    response = render(
        request, TEMPLATE, {"choice": choice, "steps": BOOKING_STEPS, **extra}, status=status
    )
    remember_browser(response, browser_key(request))
    return response


def _first_error(form: SlotRequestForm) -> str:
    errors: list[ValidationError] = next(iter(form.errors.as_data().values()))
    return str(errors[0].messages[0])
