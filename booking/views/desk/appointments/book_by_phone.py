"""A booking by phone or at the counter, all on one page.

Everything is sent by POST, searching included: what is typed about a patient must not be in an
address. Only the button Book changes anything.
"""

import hashlib
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.access.scope import visible_patients
from booking.actions.appointments.book_by_phone import book_by_phone
from booking.errors import OverrideRequired, PossibleDuplicatePatient, Refusal
from booking.forms.desk.phone_booking_choices import NewPatientForm
from booking.forms.desk.placement import PhoneBookingForm, StaffSlotForm
from booking.inputs import PersonalDetails, StaffSlotRequest
from booking.models import ClinicProfile, Patient
from booking.queries.availability.bookable_times import group_by_part_of_day
from booking.queries.availability.booking_choices import (
    BookingChoices,
    FreeTimes,
    find_free_times,
    load_booking_choices,
)
from booking.queries.patients.matching import look_alikes_of
from booking.queries.patients.search import suggest_patients
from booking.views.desk.appointments.placement import (
    explain_refusal,
    format_place,
    override_keys,
    override_warnings,
)
from booking.views.form_pages import (
    clinic_region,
    get_clinic_or_404,
    staff_actor,
    warn_about_phone,
)
from clinic.lib.dates import clock, date_format
from clinic.lib.http.carried_fields import Confirmations
from clinic.lib.http.form_pages import HTTP_UNPROCESSABLE, see_other

PREFILL_PARAMETERS = ("day", "therapist", "room", "patient")
PARTIAL_TEMPLATES = {
    "times": "booking/desk/appointments/_times.html",
    "people": "booking/desk/appointments/_patient_choices.html",
}


@require_http_methods(["GET", "HEAD", "POST"])
def book(request: HttpRequest) -> HttpResponse:
    """GET shows the form, POST looks up times and patients, or books (`do=book`)."""
    clinic, booking_choices = get_clinic_or_404(request), load_booking_choices(request.user)
    is_submitted = request.method == "POST" and request.POST.get("do") == "book"
    form = _form(request, clinic, booking_choices, is_submitted=is_submitted)
    is_valid = form.is_valid()
    free = _free_times(form, clinic, booking_choices)
    if not is_submitted:
        return _page(request, form, clinic, free, status=200 if is_valid else HTTP_UNPROCESSABLE)
    slot_request = _slot_request(form, free) if is_valid else None
    if slot_request is None:
        return _page(request, form, clinic, free, status=HTTP_UNPROCESSABLE)
    return _book(request, form, clinic, free, slot_request)


def _form(
    request: HttpRequest,
    clinic: ClinicProfile,
    booking_choices: BookingChoices,
    *,
    is_submitted: bool,
) -> PhoneBookingForm:
    """Return the form as sent, or for a GET with the usual values and those of the address."""
    if request.method == "POST":
        return PhoneBookingForm(
            request.POST,
            clinic=clinic,
            booking_choices=booking_choices,
            allow_any_therapist=True,
            is_submitted=is_submitted,
        )
    default_option = next(
        (option for option in booking_choices.options if option.minutes == 60), None
    )
    therapists = booking_choices.therapists
    data = {
        "day": clinic.today(clock.now()).isoformat(),
        "option": default_option.pk if default_option else "",
        "therapist": therapists[0].slug if len(therapists) == 1 else "",
    }
    data |= {name: request.GET[name] for name in PREFILL_PARAMETERS if request.GET.get(name)}
    start = request.GET.get("start", "")
    if day := StaffSlotForm.date_of(start, clinic.zone):
        time_of_day = StaffSlotForm.time_of_day_of(start, clinic.zone)
        data |= {"day": day, "start": start, "at": time_of_day}
    return PhoneBookingForm(
        data, clinic=clinic, booking_choices=booking_choices, allow_any_therapist=True
    )


def _free_times(
    form: PhoneBookingForm, clinic: ClinicProfile, booking_choices: BookingChoices
) -> FreeTimes:
    data = form.cleaned_data
    if not data.get("option") or not data.get("day"):
        return FreeTimes()
    return find_free_times(
        clinic,
        booking_choices,
        option=data["option"],
        therapist=data.get("therapist", ""),
        day=data["day"],
        now=clock.now(),
    )


def _slot_request(form: PhoneBookingForm, free: FreeTimes) -> StaffSlotRequest | None:
    """Return what is to be booked; without a chosen therapist, with the fairest who is free.

    Adds an error to the form and returns None if nobody is free.
    """
    data = form.cleaned_data
    therapist = data["therapist"] or free.assigned_therapist(data["start"])
    if therapist is None:
        message = _("Nobody is free then. Please choose a therapist, or one of the free times.")
        form.add_error("therapist", message)
        return None
    return StaffSlotRequest(data["option"], data["start"], therapist, data["room"])


def _book(
    request: HttpRequest,
    form: PhoneBookingForm,
    clinic: ClinicProfile,
    free: FreeTimes,
    slot_request: StaffSlotRequest,
) -> HttpResponse:
    data = form.cleaned_data
    who = _chosen_patient(request, form) if data["patient"] else form.details()
    if who is None:
        return _page(request, form, clinic, free, status=HTTP_UNPROCESSABLE)
    given = Confirmations.from_post(request.POST)
    accepted = {override for override, key in override_keys(slot_request).items() if key in given}
    try:
        row = book_by_phone(
            slot_request,
            who,
            by=staff_actor(request),
            accepted_overrides=frozenset(accepted),
            is_new_patient=isinstance(who, PersonalDetails) and _new_patient_key(who) in given,
            may_be_past=True,
            team_note=data["team_note"],
        )
    except (OverrideRequired, PossibleDuplicatePatient) as refusal:
        extra = _questions(request, form, clinic, slot_request, refusal)
        return _page(request, form, clinic, free, status=refusal.status, **extra)
    except Refusal as refusal:
        sentence = explain_refusal(refusal, request.user, clinic)
        return _page(request, form, clinic, free, status=refusal.status, sentence=sentence)
    names = {"name": row.patient, "when": format_place(row, clinic), "with": row.therapist}
    messages.success(request, _("%(name)s is booked: %(when)s, with %(with)s.") % names)
    if isinstance(who, PersonalDetails):
        warn_about_phone(request, who.phone)
    return see_other("desk-appointment", row.public_id)


def _questions(
    request: HttpRequest,
    form: PhoneBookingForm,
    clinic: ClinicProfile,
    slot_request: StaffSlotRequest,
    refusal: OverrideRequired | PossibleDuplicatePatient,
) -> dict[str, Any]:
    """Return the context of everything that has to be confirmed first, all on one page."""
    given, who = Confirmations.from_post(request.POST), form.details()
    new_patient_key = _new_patient_key(who)
    context: dict[str, Any] = {"known": []}
    if isinstance(refusal, PossibleDuplicatePatient):
        context["known"] = refusal.patients
    else:
        therapist = form.booking_choices.therapist(slot_request.therapist)
        name = therapist.name if therapist else ""
        keys = override_keys(slot_request)
        context |= {
            "warnings": override_warnings(refusal.overrides, name, slot_request.start, clinic),
            "carried_fields": given.with_keys(
                key for override, key in keys.items() if override in refusal.overrides
            ).hidden_fields(),
        }
        if not form.cleaned_data["patient"] and new_patient_key not in given:
            context["known"] = look_alikes_of(request.user, who, clock.now())
    if context["known"]:
        context["duplicate_warning"] = str(PossibleDuplicatePatient(context["known"]))
        context["new_patient_form"] = NewPatientForm(new_patient_key)
    return context


def _new_patient_key(who: PersonalDetails) -> str:
    """Return what confirms that none of the similar patients is this very person."""
    person = "\n".join([who.name, who.email, who.phone])
    return f"new-patient@{hashlib.sha256(person.encode()).hexdigest()[:32]}"


def _chosen_patient(request: HttpRequest, form: PhoneBookingForm) -> Patient | None:
    """Return the chosen patient, or None with an error in the form if the user may not see it."""
    visible = visible_patients(request.user, clock.now())
    patient = visible.filter(public_id=form.cleaned_data["patient"]).first()
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
    """Render the page, or the part of it that the page's script asks for (X-Part)."""
    data = form.cleaned_data
    now = clock.now()
    query, chosen = data.get("q", ""), data.get("patient")
    patients = suggest_patients(request.user, query, now, clinic_region(request)) if query else []
    if chosen and chosen not in {patient.public_id for patient in patients}:
        patients = [*visible_patients(request.user, now).filter(public_id=chosen), *patients]
    day, times_by_part = data.get("day"), group_by_part_of_day(free.times)
    form.offer_times(times_by_part)
    if extra.get("known"):
        form.offer_patients(extra["known"], None)
    else:
        form.offer_patients(patients, chosen or "", allow_new=bool(query))
    context = {
        "form": form,
        "has_times": bool(times_by_part),
        "times_label": date_format.long_day(day) if day else "",
        "query": query,
        "patients": patients,
        "carried_fields": Confirmations.from_post(request.POST).hidden_fields(),
        **extra,
    }
    part = PARTIAL_TEMPLATES.get(request.headers.get("X-Part", ""))
    if part is not None and request.method == "POST" and request.POST.get("do") != "book":
        return render(request, part, context)
    return render(request, "booking/desk/appointments/book_by_phone.html", context, status=status)
