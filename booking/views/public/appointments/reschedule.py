"""Reschedule an appointment: choose a time, review the change, move."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.access.acting import for_proxies
from booking.access.appointment_pages import appointment_page_url
from booking.access.proxies import Permission
from booking.actions.appointments.reschedule import reschedule_appointment
from booking.errors import ChangeNotAllowed, OptionNotOffered, Refusal
from booking.forms.public.change_appointment import RescheduleForm
from booking.forms.public.slot_request import SlotFilterForm
from booking.models import Appointment, ClinicProfile, Offer
from booking.queries.appointments.change_policy import ChangePolicy, free_change_deadline
from booking.queries.availability.bookable_times import BookableTime, find_nearest_times
from booking.queries.availability.rescheduling import (
    filter_by_therapist,
    find_place,
    offers_to_move,
)
from booking.views.form_pages import acting_words
from booking.views.public.appointments.cancel_and_confirm import (
    not_changeable_page,
    with_appointment,
)
from booking.views.public.booking.slot_picker import SlotFilter, SlotPicker, select_days
from booking.views.public.guest_actor import visitor_actor
from booking.views.public.summary import booking_rows, change_rows
from clinic.lib.dates import clock
from clinic.lib.http.form_pages import HTTP_UNPROCESSABLE, see_other


@for_proxies(Permission.BOOK)
@require_http_methods(["GET", "HEAD", "POST"])
@with_appointment
def reschedule(
    request: HttpRequest, appointment: Appointment, clinic: ClinicProfile
) -> HttpResponse:
    """GET shows free times, GET with a start the review; POST moves."""
    if request.method == "POST":
        return _move(request, appointment, clinic)
    policy = ChangePolicy.of(appointment, clinic, clock.now())
    if policy.moving is not None:
        return not_changeable_page(request, appointment, clinic, policy.moving)
    if "start" in request.GET:
        return _review(request, appointment, clinic)
    form = SlotFilterForm(request.GET)
    if not form.is_valid():
        slot_filter = SlotFilter(therapist=appointment.therapist.slug)
        return _times(
            request, appointment, clinic, slot_filter=slot_filter, status=400, unreadable=True
        )
    slot_filter = SlotFilter(**form.cleaned_data)
    if "therapist" not in request.GET:
        slot_filter.therapist = appointment.therapist.slug
    slot_filter.day = slot_filter.day or _current_day(appointment, clinic)
    return _times(request, appointment, clinic, slot_filter=slot_filter)


def _current_day(appointment: Appointment, clinic: ClinicProfile) -> date | None:
    """Return the day of the appointment, near which most people look, if it can be booked."""
    today = clinic.today(clock.now())
    day = clinic.local_date(appointment.starts_at)
    return day if day <= today + timedelta(days=clinic.horizon_days) else None


def _move(request: HttpRequest, appointment: Appointment, clinic: ClinicProfile) -> HttpResponse:
    form = RescheduleForm(request.POST)
    if not form.is_valid():
        return _unreadable_start_page(request, appointment, clinic)
    try:
        reschedule_appointment(
            appointment,
            start=form.requested_start,
            therapist=form.requested_therapist,
            any_therapist=form.has_no_preference,
            by=visitor_actor(request, appointment),
        )
    except Refusal as refusal:
        return _refused(request, appointment, clinic, form=form, refusal=refusal)
    moved = acting_words(
        request,
        _("Your appointment has been moved. The old time is free again."),
        _("The appointment of %(name)s has been moved. The old time is free again."),
    )
    messages.success(request, moved)
    return see_other(appointment_page_url(request, appointment))


def _review(request: HttpRequest, appointment: Appointment, clinic: ClinicProfile) -> HttpResponse:
    form = RescheduleForm(request.GET)
    if not form.is_valid():
        return _unreadable_start_page(request, appointment, clinic)
    now = clock.now()
    try:
        offers = filter_by_therapist(offers_to_move(appointment, clinic), form.requested_therapist)
        place = find_place(appointment, offers, clinic=clinic, start=form.requested_start, now=now)
    except Refusal as refusal:
        return _refused(request, appointment, clinic, form=form, refusal=refusal)
    if (place.starts_at, place.therapist) == (appointment.starts_at, appointment.therapist):
        message = acting_words(
            request,
            _("That is where your appointment is now. Would you like another time?"),
            _("That is where the appointment is now. Would you like another time?"),
        )
        slot_filter = SlotFilter(therapist=place.therapist.slug)
        return _times(
            request,
            appointment,
            clinic,
            slot_filter=slot_filter,
            status=HTTP_UNPROCESSABLE,
            message=message,
        )
    context = {
        "appointment": appointment,
        "place": place,
        "requested_therapist": form.requested_therapist or "",
        "any_therapist": form.has_no_preference,
        "rows": change_rows(appointment, place, clinic),
        "is_soon": free_change_deadline(place.starts_at, clinic) <= now,
        "is_last_move": appointment.patient_move_count + 1 >= clinic.max_patient_moves,
    }
    return render(request, "booking/public/appointments/reschedule_review.html", context)


def _unreadable_start_page(
    request: HttpRequest, appointment: Appointment, clinic: ClinicProfile
) -> HttpResponse:
    message = _("That time could not be read. Please choose one of the times shown.")
    slot_filter = SlotFilter(therapist=appointment.therapist.slug)
    return _times(
        request,
        appointment,
        clinic,
        slot_filter=slot_filter,
        status=HTTP_UNPROCESSABLE,
        message=message,
    )


def _refused(
    request: HttpRequest,
    appointment: Appointment,
    clinic: ClinicProfile,
    *,
    form: RescheduleForm,
    refusal: Refusal,
) -> HttpResponse:
    """Render why a time was refused, with the nearest free times."""
    if isinstance(refusal, ChangeNotAllowed):
        return not_changeable_page(request, appointment, clinic, refusal)
    therapist, nearest = _nearest(appointment, clinic, form)
    slot_filter = SlotFilter(therapist=therapist, day=nearest[0].day if nearest else None)
    return _times(
        request,
        appointment,
        clinic,
        slot_filter=slot_filter,
        status=refusal.status,
        message=str(refusal),
        nearest=nearest,
        nearest_times_therapist=therapist,
    )


def _nearest(
    appointment: Appointment, clinic: ClinicProfile, form: RescheduleForm
) -> tuple[str, list[BookableTime]]:
    """Return the requested therapist (slug; else "" for any) and the nearest times."""
    start, requested = (
        form.requested_start,
        None if form.has_no_preference else form.requested_therapist,
    )
    for slug in dict.fromkeys([requested, None]):
        try:
            offers = filter_by_therapist(offers_to_move(appointment, clinic), slug)
        except OptionNotOffered:
            continue
        now = clock.now()
        nearest_times = find_nearest_times(
            clinic, offers, requested_start=start, now=now, moving=appointment
        )
        if nearest_times:
            return slug or "", nearest_times
    return "", []


def _times(
    request: HttpRequest,
    appointment: Appointment,
    clinic: ClinicProfile,
    *,
    slot_filter: SlotFilter,
    status: int = 200,
    **extra: object,
) -> HttpResponse:
    """Render a week of free times, if the appointment may be moved."""
    policy = ChangePolicy.of(appointment, clinic, clock.now())
    if policy.moving is not None:
        return not_changeable_page(request, appointment, clinic, policy.moving)
    try:
        offers = offers_to_move(appointment, clinic)
    except OptionNotOffered:
        return not_changeable_page(request, appointment, clinic, _no_longer_offered(clinic))
    picker = _build_picker(appointment, clinic, offers, slot_filter)
    if picker.problem and status == 200:
        status = HTTP_UNPROCESSABLE
    context = {
        "appointment": appointment,
        "picker": picker,
        "rows": booking_rows(appointment, clinic),
        **extra,
    }
    return render(request, "booking/public/appointments/reschedule.html", context, status=status)


def _no_longer_offered(clinic: ClinicProfile) -> ChangeNotAllowed:
    message = _(
        "We have stopped offering this online, so it cannot be moved here. It stays booked as it "
        "is. For another time please call us at %(phone)s."
    )
    return ChangeNotAllowed(message % {"phone": clinic.phone})


def _build_picker(
    appointment: Appointment,
    clinic: ClinicProfile,
    offers: Mapping[int, Offer],
    slot_filter: SlotFilter,
) -> SlotPicker:
    """Return the picker for the same treatment and length."""
    option = appointment.option
    picker = SlotPicker(
        clinic=clinic,
        treatment=option.treatment,
        options=[option],
        therapists=[offer.therapist for offer in offers.values()],
        option=option,
        therapist=slot_filter.therapist,
        part=slot_filter.part,
        view=slot_filter.view,
        offers=offers,
        moving=appointment,
    )
    if slot_filter.therapist not in {"", *(therapist.slug for therapist in picker.therapists)}:
        picker.problem = _("That therapist does not offer this. Here are everyone's times.")
        picker.therapist = ""
    picker.offers = filter_by_therapist(offers, picker.therapist or None)
    select_days(picker, slot_filter.day, clock.now())
    return picker
