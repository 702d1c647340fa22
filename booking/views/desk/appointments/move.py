"""Move an appointment at the desk. Dragging it in the calendar leads here too.

GET shows free times, or with a start the old and the new place side by side with all warnings.
POST moves, through the same action as the patients' page, or with `ask` asks the patient first.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.access.move_to_undo import MoveToUndo, store_move_to_undo
from booking.actions.appointments.ask_patient import ask_patient
from booking.actions.appointments.reschedule import reschedule_appointment
from booking.actions.health.screening_requirements import require_screening_passed
from booking.errors import (
    ChangeNotAllowed,
    ConcurrentChange,
    OverrideRequired,
    Refusal,
)
from booking.forms.desk.appointments import LastSeenEventForm, PatientMailForm
from booking.forms.desk.placement import StaffSlotForm
from booking.inputs import MoveTerms, StaffSlotRequest
from booking.models import Appointment, ClinicProfile
from booking.queries.appointments.change_policy import ChangePolicy, require_allowed
from booking.queries.appointments.move_proposals import (
    concerns_patient,
    has_time_to_answer,
    is_reached_by_mail,
)
from booking.queries.availability.bookable_times import group_by_part_of_day
from booking.queries.availability.booking_choices import find_free_times, load_booking_choices
from booking.queries.availability.staff_places import StaffPlace, find_staff_place
from booking.views.desk.appointments.history import HistoryEntry, describe_events
from booking.views.desk.appointments.load_appointment import last_event_id, with_appointment
from booking.views.desk.appointments.placement import (
    explain_refusal,
    format_place,
    override_keys,
    override_warnings,
)
from booking.views.desk.return_path import redirect_back, return_path
from booking.views.form_pages import staff_actor
from clinic.lib.dates import clock
from clinic.lib.http.carried_fields import Confirmations
from clinic.lib.http.form_pages import HTTP_UNPROCESSABLE, see_other
from clinic.lib.text.money import format_money


@require_http_methods(["GET", "HEAD", "POST"])
@with_appointment
def move(request: HttpRequest, appointment: Appointment, clinic: ClinicProfile) -> HttpResponse:
    """GET shows free times, GET with a start a review, POST moves."""
    policy = ChangePolicy.of(appointment, clinic, clock.now(), by_staff=True)
    if policy.cancelling is not None and request.method != "POST":
        return _closed(request, appointment, policy.cancelling)
    form = _form(request, appointment, clinic)
    if not form.is_valid():
        return _choose(request, appointment, clinic, form, status=HTTP_UNPROCESSABLE)
    if form.requested_start is None:
        return _choose(request, appointment, clinic, form)
    if request.method == "POST":
        mail = _mail_form(request)
        if not mail.is_valid():
            return _review(request, appointment, clinic, form, status=HTTP_UNPROCESSABLE)
        return _move(request, appointment, clinic, form, mail)
    return _review(request, appointment, clinic, form)


def _form(request: HttpRequest, appointment: Appointment, clinic: ClinicProfile) -> StaffSlotForm:
    """Return the form. What was not sent stays as the appointment has it."""
    current = {
        "option": appointment.option_id,
        "therapist": appointment.therapist.slug,
        "day": clinic.local_date(appointment.starts_at).isoformat(),
        "room": "",
    }
    sent = request.POST if request.method == "POST" else request.GET
    booking_choices = load_booking_choices(request.user, moving=appointment)
    data = current | sent.dict()
    if "start" in sent and "day" not in sent:  # dropped in the calendar
        data["day"] = StaffSlotForm.date_of(sent["start"], clinic.zone) or data["day"]
    return StaffSlotForm(data, clinic=clinic, booking_choices=booking_choices)


def _slot_request(form: StaffSlotForm, appointment: Appointment) -> StaffSlotRequest:
    data = form.cleaned_data
    therapist = data["therapist"] or appointment.therapist.slug
    return StaffSlotRequest(data["option"], data["start"], therapist, data["room"])


def _move(
    request: HttpRequest,
    appointment: Appointment,
    clinic: ClinicProfile,
    form: StaffSlotForm,
    mail: PatientMailForm,
) -> HttpResponse:
    slot_request, seen = _slot_request(form, appointment), LastSeenEventForm(request.POST)
    confirmations = Confirmations.from_post(request.POST)
    accepted_overrides = {
        override for override, key in override_keys(slot_request).items() if key in confirmations
    }
    terms = MoveTerms(
        option=slot_request.option,
        room=slot_request.room,
        accepted_overrides=frozenset(accepted_overrides),
        last_seen_event=seen.cleaned_data["seen"] if seen.is_valid() else 0,
        notify_patient=mail.notifies_patient,
        message_to_patient=mail.message_to_patient,
    )
    asks = "ask" in request.POST
    act = ask_patient if asks else reschedule_appointment
    try:
        act(
            appointment,
            start=slot_request.start,
            therapist=slot_request.therapist,
            terms=terms,
            by=staff_actor(request),
        )
    except ConcurrentChange as refusal:
        appointment.refresh_from_db()
        changes = describe_events(refusal.events, clinic)
        return _review(request, appointment, clinic, form, status=refusal.status, changes=changes)
    except OverrideRequired as refusal:
        return _review(request, appointment, clinic, form, status=refusal.status)
    except ChangeNotAllowed as refusal:
        return _closed(request, appointment, refusal)
    except Refusal as refusal:
        return _refused(request, appointment, clinic, form, refusal)
    messages.success(request, _success_message(appointment, clinic, asks=asks, mail=mail))
    if not asks:
        event = last_event_id(appointment)
        store_move_to_undo(request.session, MoveToUndo(str(appointment.public_id), event))
    return redirect_back(request, "desk-appointment", appointment.public_id)


def _success_message(
    appointment: Appointment, clinic: ClinicProfile, *, asks: bool, mail: PatientMailForm
) -> str:
    if asks:
        return _("%(name)s is asked by mail. Until then nothing changes.") % {
            "name": appointment.patient
        }
    moved = Appointment.objects.with_related().get(pk=appointment.pk)
    names = {"name": moved.patient, "when": format_place(moved, clinic)}
    message = _("%(name)s is now booked for %(when)s.") % names
    return message if mail.notifies_patient else f"{message} {_('No mail is sent.')}"


def _mail_form(request: HttpRequest) -> PatientMailForm:
    """Return the form about the mail to the patient, who gets one unless it says otherwise."""
    if request.method != "POST":
        return PatientMailForm()
    return PatientMailForm({"message": "tell"} | request.POST.dict())


def _review(
    request: HttpRequest,
    appointment: Appointment,
    clinic: ClinicProfile,
    form: StaffSlotForm,
    *,
    status: int = 200,
    changes: Sequence[HistoryEntry] = (),
) -> HttpResponse:
    """Render the old and the new place side by side, with the warnings to confirm."""
    slot_request, now = _slot_request(form, appointment), clock.now()
    policy = ChangePolicy.of(appointment, clinic, now, by_staff=True)
    try:
        keeps_start = slot_request.start == appointment.starts_at
        require_allowed(policy.cancelling if keeps_start else policy.moving)
        place = find_staff_place(slot_request, clinic, now=now, excluding=appointment)
        require_screening_passed(appointment, place.option.treatment, now)
    except ChangeNotAllowed as refusal:
        return _closed(request, appointment, refusal)
    except Refusal as refusal:
        return _refused(request, appointment, clinic, form, refusal)
    rows = _differences(appointment, place, clinic, form)
    context = {
        "appointment": appointment,
        "place": place,
        "slot_request": slot_request,
        "rows": rows,
        "carried_fields": Confirmations(
            key
            for override, key in override_keys(slot_request).items()
            if override in place.overrides
        ).hidden_fields(),
        "warnings": override_warnings(
            place.overrides, place.therapist.name, place.starts_at, clinic
        ),
        "changes": changes,
        "mail_form": _mail_form(request),
        "notifies_patient": any(row["is_mailed"] for row in rows) and bool(_email(appointment)),
        "can_ask": _can_ask(appointment, slot_request, clinic, now),
        "day": clinic.local_date(place.starts_at),
        "seen": last_event_id(appointment),
        "next": return_path(request),
    }
    template = "_review.html" if _wants_partial(request) else "review.html"
    return render(request, f"booking/desk/appointments/{template}", context, status=status)


def _can_ask(
    appointment: Appointment, slot_request: StaffSlotRequest, clinic: ClinicProfile, now: datetime
) -> bool:
    """Return whether the patient can be asked by mail, and more than the room would change."""
    return (
        concerns_patient(appointment, slot_request.start, slot_request.therapist)
        and is_reached_by_mail(appointment.patient)
        and has_time_to_answer(appointment, slot_request.start, clinic, now)
    )


def _choose(
    request: HttpRequest,
    appointment: Appointment,
    clinic: ClinicProfile,
    form: StaffSlotForm,
    *,
    status: int = 200,
    message: str = "",
) -> HttpResponse:
    """Render the form with the free times of its day."""
    data = form.cleaned_data
    context: dict[str, Any] = {"appointment": appointment, "form": form, "message": message}
    if data.get("option") and data.get("day"):
        free = find_free_times(
            clinic,
            form.booking_choices,
            option=data["option"],
            therapist=data.get("therapist") or appointment.therapist.slug,
            day=data["day"],
            now=clock.now(),
            moving=appointment,
        )
        context |= {"times_by_part": group_by_part_of_day(free.times), "day": data["day"]}
    context["next"] = return_path(request)
    return render(request, "booking/desk/appointments/move.html", context, status=status)


def _refused(
    request: HttpRequest,
    appointment: Appointment,
    clinic: ClinicProfile,
    form: StaffSlotForm,
    refusal: Refusal,
) -> HttpResponse:
    """Render why a place was refused, with the free times of that day."""
    message = explain_refusal(refusal, request.user, clinic)
    if _wants_partial(request):
        return _refusal_partial(request, message, refusal.status)
    return _choose(request, appointment, clinic, form, status=refusal.status, message=message)


def _closed(request: HttpRequest, appointment: Appointment, refusal: Refusal) -> HttpResponse:
    """Answer that the appointment cannot be moved at all."""
    if _wants_partial(request):
        return _refusal_partial(request, str(refusal), refusal.status)
    messages.error(request, str(refusal))
    return see_other("desk-appointment", appointment.public_id)


def _refusal_partial(request: HttpRequest, message: str, status: int) -> HttpResponse:
    context = {"message": message}
    return render(request, "booking/desk/appointments/_refused.html", context, status=status)


def _differences(
    appointment: Appointment, place: StaffPlace, clinic: ClinicProfile, form: StaffSlotForm
) -> list[dict[str, Any]]:
    """Return what would change, and whether the mail to the patient says it."""
    rooms = {room.pk: room.name for room in form.booking_choices.rooms}
    currency = appointment.currency
    compared = (
        (_("When"), format_place(appointment, clinic), format_place(place, clinic), True),
        (_("With"), appointment.therapist.name, place.therapist.name, True),
        (_("Treatment"), str(appointment.option), str(place.option), True),
        (_("Room"), appointment.room.name, rooms.get(place.room, ""), False),
        (
            _("Price"),
            format_money(appointment.price, currency),
            format_money(place.price, currency),
            True,
        ),
    )
    return [
        {"label": label, "before": before, "after": after, "is_mailed": is_mailed}
        for label, before, after, is_mailed in compared
        if before != after
    ]


def _email(appointment: Appointment) -> str:
    return appointment.patient.email if appointment.patient else ""


def _wants_partial(request: HttpRequest) -> bool:
    """Return whether a script asks for a part of the page (X-Part)."""
    return request.method == "GET" and bool(request.headers.get("X-Part"))
