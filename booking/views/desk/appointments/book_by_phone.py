"""A booking by phone or at the counter, all on one page.

Everything is sent by POST, looking included: what is typed about a patient has no place in an
address. Only the button Book changes anything.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.access.scope import visible_patients
from booking.actions.appointments.book_by_phone import book_by_phone
from booking.errors import OverrideRequired, PossibleDuplicatePatient, Refusal
from booking.forms.desk.placement import PhoneBookingForm, StaffSlotForm
from booking.inputs import StaffSlotRequest
from booking.lifecycle import Override
from booking.models import ClinicProfile, Patient
from booking.queries.availability.bookable_times import group_by_part_of_day
from booking.queries.availability.booking_choices import (
    BookingChoices,
    FreeTimes,
    find_free_times,
    load_booking_choices,
)
from booking.queries.patients.search import suggest_patients
from booking.views.desk.appointments.place_text import (
    explain_refusal,
    format_place,
    override_warnings,
)
from booking.views.desk.common import get_clinic_or_404, see_other, staff_actor
from clinic.lib.dates import clock

UNPROCESSABLE = 422
PREFILL_PARAMETERS = ("day", "therapist", "room", "patient")
PARTIAL_TEMPLATES = {
    "times": "booking/desk/appointments/_times.html",
    "people": "booking/desk/appointments/_patient_choices.html",
}


@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest) -> HttpResponse:
    """GET begins, POST looks up times and people, or books (`do=book`)."""
    clinic, shelf = get_clinic_or_404(request), load_booking_choices(request.user)
    booking = request.method == "POST" and request.POST.get("do") == "book"
    form = _form(request, clinic, shelf, booking=booking)
    fine = form.is_valid()
    free = _free_times(form, clinic, shelf)
    if not booking:
        return _page(request, form, clinic, free, status=200 if fine else UNPROCESSABLE)
    wish = _slot_request(form, free) if fine else None
    if wish is None:
        return _page(request, form, clinic, free, status=UNPROCESSABLE)
    return _book(request, form, clinic, free, wish)


def _form(
    request: HttpRequest, clinic: ClinicProfile, shelf: BookingChoices, *, booking: bool
) -> PhoneBookingForm:
    if request.method == "POST":
        return PhoneBookingForm(
            request.POST, clinic=clinic, shelf=shelf, allow_any_therapist=True, booking=booking
        )
    usual = next((option for option in shelf.options if option.minutes == 60), None)
    begin = {
        "day": clock.now().astimezone(clinic.zone).date().isoformat(),
        "option": usual.pk if usual else "",
        "therapist": shelf.therapists[0].slug if len(shelf.therapists) == 1 else "",
    }
    sent = request.GET
    begin |= {
        name: sent[name] for name in ("day", "therapist", "room", "patient") if sent.get(name)
    }
    if day := StaffSlotForm.date_of(sent.get("start", ""), clinic.zone):
        at = StaffSlotForm.time_of_day_of(sent["start"], clinic.zone)
        begin |= {"day": day, "start": sent["start"], "at": at}
    return PhoneBookingForm(begin, clinic=clinic, shelf=shelf, allow_any_therapist=True)


def _free_times(form: PhoneBookingForm, clinic: ClinicProfile, shelf: BookingChoices) -> FreeTimes:
    data = form.cleaned_data
    if not data.get("option") or not data.get("day"):
        return FreeTimes()
    return find_free_times(
        clinic,
        shelf,
        option=data["option"],
        therapist=data.get("therapist", ""),
        day=data["day"],
        now=clock.now(),
    )


def _slot_request(form: PhoneBookingForm, free: FreeTimes) -> StaffSlotRequest | None:
    """With whom, too: where nobody was asked for, the fairest of those who are free."""
    data = form.cleaned_data
    therapist = data["therapist"] or free.assigned_therapist(data["start"])
    if therapist is None:
        sentence = _("Nobody is free then. Please choose a therapist, or one of the free times.")
        form.add_error("therapist", sentence)
        return None
    return StaffSlotRequest(data["option"], data["start"], therapist, data["room"])


def _book(
    request: HttpRequest,
    form: PhoneBookingForm,
    clinic: ClinicProfile,
    free: FreeTimes,
    wish: StaffSlotRequest,
) -> HttpResponse:
    data, asked = form.cleaned_data, _override_values(wish)
    who = _chosen_patient(request, form) if data["patient"] else form.details()
    if who is None:
        return _page(request, form, clinic, free, status=UNPROCESSABLE)
    said = request.POST.getlist("accepted")
    try:
        row = book_by_phone(
            wish,
            who,
            by=staff_actor(request),
            accepted=frozenset(override for word, override in asked.items() if word in said),
            is_new_patient=data["is_new_patient"],
            team_note=data["team_note"].replace("\r\n", "\n"),
        )
    except PossibleDuplicatePatient as refusal:
        extra = {"known": refusal.patients, "sentence": str(refusal)}
        return _page(request, form, clinic, free, status=refusal.status, **extra)
    except OverrideRequired as refusal:
        therapist = form.shelf.therapist(wish.therapist)
        name = therapist.name if therapist else ""
        extra = {
            "warnings": override_warnings(refusal.overrides, name, wish.start, clinic),
            "override_values": [
                word for word, override in asked.items() if override in refusal.overrides
            ],
        }
        return _page(request, form, clinic, free, status=refusal.status, **extra)
    except Refusal as refusal:
        sentence = explain_refusal(refusal, request.user, clinic)
        return _page(request, form, clinic, free, status=refusal.status, sentence=sentence)
    names = {"name": row.patient, "when": format_place(row, clinic), "with": row.therapist}
    messages.success(request, _("%(name)s is booked: %(when)s, with %(with)s.") % names)
    return see_other("desk-appointment", row.public_id)


def _override_values(wish: StaffSlotRequest) -> dict[str, str]:
    """What the form says when somebody accepts an override: of this very time and therapist, so
    that it says nothing about another one chosen later."""
    where = f"{wish.start.isoformat()}@{wish.therapist}"
    return {f"{override.value}@{where}": override.value for override in Override}


def _chosen_patient(request: HttpRequest, form: PhoneBookingForm) -> Patient | None:
    """One of the person's own patients."""
    mine = visible_patients(request.user, clock.now())
    patient = mine.filter(public_id=form.cleaned_data["patient"]).first()
    if patient is None:
        form.add_error("patient", _("Please choose one of the patients shown."))
    return patient


def _page(
    request: HttpRequest,
    form: PhoneBookingForm,
    clinic: ClinicProfile,
    free: FreeTimes,
    *,
    status: int,
    **extra: Any,
) -> HttpResponse:
    data = form.cleaned_data
    now = clock.now()
    words, chosen = data.get("q", ""), data.get("patient")
    found = suggest_patients(request.user, words, now) if words else []
    if chosen and chosen not in {patient.public_id for patient in found}:
        found = [*visible_patients(request.user, now).filter(public_id=chosen), *found]
    start = data.get("start")
    context = {
        "form": form,
        "parts": group_by_part_of_day(free.times),
        "day": data.get("day"),
        "start": start,
        "is_free": any(time.starts_at == start for time in free.times),
        "words": words,
        "found": found,
        "chosen": chosen,
        **extra,
    }
    part = PARTIAL_TEMPLATES.get(request.headers.get("X-Part", ""))
    if part is not None and request.method == "POST" and request.POST.get("do") != "book":
        return render(request, part, context)
    return render(request, "booking/desk/appointments/book_by_phone.html", context, status=status)
