"""Moving at the desk: choose, see old and new side by side, move. The calendar's drag leads here.

GET changes nothing. With a start it shows what would become different and what speaks against
it; POST does it, through the action that patients use.
"""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.actions.appointments.reschedule import reschedule_appointment
from booking.actions.health.screening_requirements import insist_fit
from booking.errors import ChangedMeanwhile, NeedsOverride, NotChangeable, Refusal
from booking.forms.desk.appointments import SeenForm
from booking.forms.desk.placement import PlaceForm
from booking.inputs import StaffTerms, StaffWish
from booking.models import Appointment, ClinicProfile
from booking.queries.appointments.change_policy import ChangePolicy, insist
from booking.queries.availability.bookable_times import by_part
from booking.queries.availability.booking_choices import free_times, shelf_of
from booking.queries.availability.staff_places import StaffPlace, find_staff_place
from booking.views.desk.appointments.history import Line, in_words
from booking.views.desk.appointments.place_text import explain, place_in_words, warnings_of
from booking.views.desk.common import back, came_from, last_event, see, staff, with_appointment
from clinic.lib.dates import clock
from clinic.lib.text.money import money

UNREADABLE = 422


@require_http_methods(["GET", "HEAD", "POST"])
@with_appointment
def move(request: HttpRequest, appointment: Appointment, clinic: ClinicProfile) -> HttpResponse:
    """Choose where to (GET), look once more (GET with a start), move (POST)."""
    policy = ChangePolicy.of(appointment, clinic, clock.now(), by_staff=True)
    if policy.cancelling is not None and request.method != "POST":
        return _closed(request, appointment, policy.cancelling)
    form = _form(request, appointment, clinic)
    if not form.is_valid():
        return _choose(request, appointment, clinic, form, status=UNREADABLE)
    if form.wished_start is None:
        return _choose(request, appointment, clinic, form)
    if request.method == "POST":
        return _move(request, appointment, clinic, form)
    return _review(request, appointment, clinic, form)


def _form(request: HttpRequest, appointment: Appointment, clinic: ClinicProfile) -> PlaceForm:
    """What is not said stays as it is."""
    now_there = {
        "option": appointment.option_id,
        "therapist": appointment.therapist.slug,
        "day": appointment.starts_at.astimezone(clinic.zone).date().isoformat(),
        "room": "",
    }
    sent = request.POST if request.method == "POST" else request.GET
    shelf = shelf_of(request.user, moving=appointment)
    data = now_there | sent.dict()
    if "start" in sent and "day" not in sent:  # dropped in the calendar
        data["day"] = PlaceForm.day_of(sent["start"], clinic.zone) or data["day"]
    return PlaceForm(data, clinic=clinic, shelf=shelf)


def _wish(form: PlaceForm, appointment: Appointment) -> StaffWish:
    data = form.cleaned_data
    therapist = data["therapist"] or appointment.therapist.slug
    return StaffWish(data["option"], data["start"], therapist, data["room"])


def _move(
    request: HttpRequest, appointment: Appointment, clinic: ClinicProfile, form: PlaceForm
) -> HttpResponse:
    wish, seen = _wish(form, appointment), SeenForm(request.POST)
    terms = StaffTerms(
        option=wish.option,
        room=wish.room,
        accepted=frozenset(request.POST.getlist("accepted")),
        seen=seen.cleaned_data["seen"] if seen.is_valid() else 0,
    )
    try:
        moved = reschedule_appointment(
            appointment, start=wish.start, therapist=wish.therapist, terms=terms, by=staff(request)
        )
    except ChangedMeanwhile as refusal:
        appointment.refresh_from_db()
        changes = in_words(refusal.events, clinic)
        return _review(request, appointment, clinic, form, status=refusal.status, changes=changes)
    except NeedsOverride as refusal:
        return _review(request, appointment, clinic, form, status=refusal.status)
    except NotChangeable as refusal:
        return _closed(request, appointment, refusal)
    except Refusal as refusal:
        return _refused(request, appointment, clinic, form, refusal)
    names = {"name": moved.patient, "when": place_in_words(moved, clinic)}
    messages.success(request, _("%(name)s is now booked for %(when)s.") % names)
    return back(request, "desk-appointment", appointment.public_id)


def _review(
    request: HttpRequest,
    appointment: Appointment,
    clinic: ClinicProfile,
    form: PlaceForm,
    *,
    status: int = 200,
    changes: Sequence[Line] = (),
) -> HttpResponse:
    """Old and new side by side, and what is to be known before it is done."""
    wish, now = _wish(form, appointment), clock.now()
    policy = ChangePolicy.of(appointment, clinic, now, by_staff=True)
    try:
        insist(policy.cancelling if wish.start == appointment.starts_at else policy.moving)
        place = find_staff_place(wish, clinic, now=now, ignoring=appointment)
        insist_fit(appointment, place.option.treatment, now)
    except NotChangeable as refusal:
        return _closed(request, appointment, refusal)
    except Refusal as refusal:
        return _refused(request, appointment, clinic, form, refusal)
    rows = _different(appointment, place, clinic, form)
    context = {
        "appointment": appointment,
        "place": place,
        "wish": wish,
        "rows": rows,
        "warnings": warnings_of(place.overrides, place.therapist.name, place.starts_at, clinic),
        "changes": changes,
        "tells": any(row["told"] for row in rows) and bool(_email(appointment)),
        "day": place.starts_at.astimezone(clinic.zone).date(),
        "seen": last_event(appointment),
        "next": came_from(request),
    }
    template = "_review.html" if _is_part(request) else "review.html"
    return render(request, f"booking/desk/appointments/{template}", context, status=status)


def _choose(
    request: HttpRequest,
    appointment: Appointment,
    clinic: ClinicProfile,
    form: PlaceForm,
    *,
    status: int = 200,
    sentence: str = "",
) -> HttpResponse:
    """The form, and the free times of its day."""
    data = form.cleaned_data
    context: dict[str, Any] = {"appointment": appointment, "form": form, "sentence": sentence}
    if data.get("option") and data.get("day"):
        free = free_times(
            clinic,
            form.shelf,
            option=data["option"],
            therapist=data.get("therapist") or appointment.therapist.slug,
            day=data["day"],
            now=clock.now(),
            moving=appointment,
        )
        context |= {"parts": by_part(free.times), "day": data["day"]}
    context["next"] = came_from(request)
    return render(request, "booking/desk/appointments/move.html", context, status=status)


def _refused(
    request: HttpRequest,
    appointment: Appointment,
    clinic: ClinicProfile,
    form: PlaceForm,
    refusal: Refusal,
) -> HttpResponse:
    """Why not; and what is free that day."""
    sentence = explain(refusal, request.user, clinic)
    if _is_part(request):
        return _part(request, sentence, refusal.status)
    return _choose(request, appointment, clinic, form, status=refusal.status, sentence=sentence)


def _closed(request: HttpRequest, appointment: Appointment, refusal: Refusal) -> HttpResponse:
    """It can not be moved at all."""
    if _is_part(request):
        return _part(request, str(refusal), refusal.status)
    messages.error(request, str(refusal))
    return see("desk-appointment", appointment.public_id)


def _part(request: HttpRequest, sentence: str, status: int) -> HttpResponse:
    context = {"sentence": sentence}
    return render(request, "booking/desk/appointments/_refused.html", context, status=status)


def _different(
    appointment: Appointment, place: StaffPlace, clinic: ClinicProfile, form: PlaceForm
) -> list[dict[str, Any]]:
    """What becomes different, and whether the patient is told of it."""
    rooms = {room.pk: room.name for room in form.shelf.rooms}
    currency = appointment.currency
    compared = (
        (_("When"), place_in_words(appointment, clinic), place_in_words(place, clinic), True),
        (_("With"), appointment.therapist.name, place.therapist.name, True),
        (_("Treatment"), str(appointment.option), str(place.option), True),
        (_("Room"), appointment.room.name, rooms.get(place.room, ""), False),
        (_("Price"), money(appointment.price, currency), money(place.price, currency), True),
    )
    return [
        {"label": label, "before": before, "after": after, "told": told}
        for label, before, after, told in compared
        if before != after
    ]


def _email(appointment: Appointment) -> str:
    return appointment.patient.email if appointment.patient else ""


def _is_part(request: HttpRequest) -> bool:
    """Asked for by a script that shows it on the page it is on."""
    return request.method == "GET" and bool(request.headers.get("X-Part"))
