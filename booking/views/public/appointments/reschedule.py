"""Moving an appointment: look at a week of times, see old and new side by side, move."""

from collections.abc import Mapping
from datetime import date, timedelta

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.actions.appointments.reschedule import reschedule_appointment
from booking.errors import NotChangeable, OptionNotOffered, Refusal
from booking.forms.public.change_appointment import MoveForm
from booking.forms.public.slot_request import LookForm
from booking.models import Appointment, ClinicProfile, Offer
from booking.queries.appointments.change_policy import ChangePolicy, ends_free_changes
from booking.queries.availability.bookable_times import Time, nearest_times
from booking.queries.availability.rescheduling import find_place, offers_to_move, only
from booking.views.public.appointments.cancel_and_confirm import closed, with_appointment
from booking.views.public.booking.expired_hold import see_other
from booking.views.public.booking.slot_picker import Choice, Look, fill_week
from booking.views.public.guest_actor import guest
from booking.views.public.summary import booking_rows, change_rows
from clinic.lib.dates import clock

UNREADABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
@with_appointment
def reschedule(
    request: HttpRequest, appointment: Appointment, clinic: ClinicProfile
) -> HttpResponse:
    """GET shows times, or old and new side by side once one is chosen; POST moves."""
    if request.method == "POST":
        return _move(request, appointment, clinic)
    policy = ChangePolicy.of(appointment, clinic, clock.now())
    if policy.moving is not None:
        return closed(request, appointment, clinic, policy.moving)
    if "start" in request.GET:
        return _review(request, appointment, clinic)
    form = LookForm(request.GET)
    if not form.is_valid():
        look = Look(therapist=appointment.therapist.slug)
        return _times(request, appointment, clinic, look=look, status=400, unreadable=True)
    look = Look(**form.cleaned_data)
    if "therapist" not in request.GET:
        look.therapist = appointment.therapist.slug
    look.day = look.day or _day_now(appointment, clinic)
    return _times(request, appointment, clinic, look=look)


def _day_now(appointment: Appointment, clinic: ClinicProfile) -> date | None:
    """Most people look for a time near the one they have; if it can be booked at all."""
    today = clock.now().astimezone(clinic.zone).date()
    day = appointment.starts_at.astimezone(clinic.zone).date()
    return day if day <= today + timedelta(days=clinic.horizon_days) else None


def _move(request: HttpRequest, appointment: Appointment, clinic: ClinicProfile) -> HttpResponse:
    form = MoveForm(request.POST)
    if not form.is_valid():
        return _bad_start(request, appointment, clinic)
    try:
        reschedule_appointment(
            appointment,
            start=form.wished_start,
            therapist=form.wished_therapist,
            no_wish=form.has_no_wish,
            by=guest(request),
        )
    except Refusal as refusal:
        return _refused(request, appointment, clinic, form=form, refusal=refusal)
    messages.success(request, _("Your appointment has been moved. The old time is free again."))
    return see_other("appointment", appointment.link_token)


def _review(request: HttpRequest, appointment: Appointment, clinic: ClinicProfile) -> HttpResponse:
    form = MoveForm(request.GET)
    if not form.is_valid():
        return _bad_start(request, appointment, clinic)
    now = clock.now()
    try:
        offers = only(offers_to_move(appointment, clinic), form.wished_therapist)
        place = find_place(appointment, offers, clinic=clinic, start=form.wished_start, now=now)
    except Refusal as refusal:
        return _refused(request, appointment, clinic, form=form, refusal=refusal)
    if (place.starts_at, place.therapist) == (appointment.starts_at, appointment.therapist):
        sentence = _("That is where your appointment is now. Would you like another time?")
        look = Look(therapist=place.therapist.slug)
        return _times(request, appointment, clinic, look=look, status=UNREADABLE, sentence=sentence)
    context = {
        "appointment": appointment,
        "place": place,
        "wished": form.wished_therapist or "",
        "no_wish": form.has_no_wish,
        "rows": change_rows(appointment, place, clinic),
        "is_soon": ends_free_changes(place.starts_at, clinic) <= now,
        "is_last_move": appointment.moves + 1 >= clinic.most_moves,
    }
    return render(request, "booking/public/appointments/reschedule_review.html", context)


def _bad_start(
    request: HttpRequest, appointment: Appointment, clinic: ClinicProfile
) -> HttpResponse:
    sentence = _("That time could not be read. Please choose one of the times shown.")
    look = Look(therapist=appointment.therapist.slug)
    return _times(request, appointment, clinic, look=look, status=UNREADABLE, sentence=sentence)


def _refused(
    request: HttpRequest,
    appointment: Appointment,
    clinic: ClinicProfile,
    *,
    form: MoveForm,
    refusal: Refusal,
) -> HttpResponse:
    """Why not, and the nearest times instead."""
    if isinstance(refusal, NotChangeable):
        return closed(request, appointment, clinic, refusal)
    therapist, nearest = _nearest(appointment, clinic, form)
    look = Look(therapist=therapist, day=nearest[0].day if nearest else None)
    return _times(
        request,
        appointment,
        clinic,
        look=look,
        status=refusal.status,
        sentence=str(refusal),
        nearest=nearest,
        nearest_therapist=therapist,
    )


def _nearest(
    appointment: Appointment, clinic: ClinicProfile, form: MoveForm
) -> tuple[str, list[Time]]:
    """The nearest times with the therapist that was wished for, else with anyone."""
    start, wished = form.wished_start, None if form.has_no_wish else form.wished_therapist
    for slug in dict.fromkeys([wished, None]):
        try:
            offers = only(offers_to_move(appointment, clinic), slug)
        except OptionNotOffered:
            continue
        now = clock.now()
        found = nearest_times(clinic, offers, wanted=start, now=now, moving=appointment)
        if found:
            return slug or "", found
    return "", []


def _times(
    request: HttpRequest,
    appointment: Appointment,
    clinic: ClinicProfile,
    *,
    look: Look,
    status: int = 200,
    **extra: object,
) -> HttpResponse:
    """A week of times to move to, as long as it may be moved."""
    policy = ChangePolicy.of(appointment, clinic, clock.now())
    if policy.moving is not None:
        return closed(request, appointment, clinic, policy.moving)
    try:
        offers = offers_to_move(appointment, clinic)
    except OptionNotOffered:
        return closed(request, appointment, clinic, _not_given_any_more(clinic))
    choice = _choice(appointment, clinic, offers, look)
    if choice.problem and status == 200:
        status = UNREADABLE
    context = {
        "appointment": appointment,
        "choice": choice,
        "rows": booking_rows(appointment, clinic),
        **extra,
    }
    return render(request, "booking/public/appointments/reschedule.html", context, status=status)


def _not_given_any_more(clinic: ClinicProfile) -> NotChangeable:
    sentence = _(
        "We have stopped offering this online, so it cannot be moved here. It stays booked as it "
        "is. For another time please call us on %(phone)s."
    )
    return NotChangeable(sentence % {"phone": clinic.phone})


def _choice(
    appointment: Appointment, clinic: ClinicProfile, offers: Mapping[int, Offer], look: Look
) -> Choice:
    """The same treatment and length, with the same therapist unless another is asked for."""
    option = appointment.option
    choice = Choice(
        clinic=clinic,
        treatment=option.treatment,
        options=[option],
        therapists=[offer.therapist for offer in offers.values()],
        option=option,
        therapist=look.therapist,
        part=look.part,
        offers=offers,
        moving=appointment,
    )
    if look.therapist not in {"", *(therapist.slug for therapist in choice.therapists)}:
        choice.problem = _("That therapist does not offer this. Here are everyone's times.")
        choice.therapist = ""
    choice.offers = only(offers, choice.therapist or None)
    fill_week(choice, look.day, clock.now())
    return choice
