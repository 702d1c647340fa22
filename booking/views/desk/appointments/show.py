"""The desk's page of one appointment, with its history and the note for the team."""

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from booking.access.roles import AnyUser
from booking.access.scope import may_read_notes, visible_appointments
from booking.actions.appointments.set_team_note import set_team_note
from booking.actions.health.read_health import read_brief
from booking.errors import ConcurrentChange, NotesRestricted
from booking.forms.desk.appointments import PaymentForm, TeamNoteForm
from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile
from booking.queries.appointments.change_policy import ChangePolicy
from booking.queries.appointments.move_proposals import find_open_proposal
from booking.queries.appointments.patient_texts import is_urgent
from booking.queries.appointments.today import booking_labels
from booking.queries.notifications.confirmations import unconfirmed_appointments
from booking.queries.notifications.outbox import mails_to_patient
from booking.registries import ledger
from booking.views.desk.appointments.history import appointment_history, describe_events
from booking.views.desk.appointments.load_appointment import (
    last_event_id,
    seen_event_id,
    with_appointment,
)
from booking.views.desk.appointments.status_buttons import status_buttons_for
from booking.views.desk.mailbox import mail_line
from booking.views.form_pages import audited_staff_actor, staff_actor
from clinic.lib.dates import clock
from clinic.lib.http.form_pages import HTTP_UNPROCESSABLE, see_other
from clinic.lib.text.money import format_plain_amount

MAX_OTHERS_SHOWN = 6


@require_safe
@with_appointment
def show(request: HttpRequest, appointment: Appointment, clinic: ClinicProfile) -> HttpResponse:
    """GET shows the appointment."""
    return appointment_page(request, appointment, clinic)


@require_POST
@with_appointment
def save_note(
    request: HttpRequest, appointment: Appointment, clinic: ClinicProfile
) -> HttpResponse:
    """Save the note for the team, unless a colleague has changed it since the page was opened."""
    form = TeamNoteForm(request.POST)
    if not form.is_valid():
        seen = seen_event_id(form, appointment)
        return appointment_page(
            request,
            appointment,
            clinic,
            status=HTTP_UNPROCESSABLE,
            note_form=form,
            seen=seen,
        )
    text, seen = form.cleaned_data["team_note"], form.cleaned_data["seen"]
    try:
        set_team_note(appointment, text, by=staff_actor(request), last_seen_event=seen)
    except ConcurrentChange as refusal:
        appointment.refresh_from_db(fields=["team_note"])
        return appointment_page(
            request,
            appointment,
            clinic,
            status=refusal.status,
            note_form=form,
            conflicting_events=describe_events(refusal.events, clinic),
        )
    except NotesRestricted as refusal:
        messages.error(request, str(refusal))
        return see_other("desk-appointment", appointment.public_id)
    messages.success(request, _("The note is kept."))
    return see_other("desk-appointment", appointment.public_id)


def appointment_page(
    request: HttpRequest,
    appointment: Appointment,
    clinic: ClinicProfile,
    *,
    status: int = 200,
    **extra: Any,
) -> HttpResponse:
    """Render the page. `extra` replaces context, such as a form that was sent with a mistake."""
    now = clock.now()
    payments = list(appointment.payments.select_related("taken_by", "reversed_by"))
    paid = sum((payment.amount for payment in payments), Decimal(0))
    balance = ledger.with_balance(Appointment.objects.filter(pk=appointment.pk)).get()
    amount_due = ledger.amount_due(balance)
    visible = visible_appointments(request.user, now).filter(patient=appointment.patient)
    others = visible.with_related().exclude(pk=appointment.pk).order_by("-starts_at")
    patient = appointment.patient
    unconfirmed = unconfirmed_appointments(request.user, patient, now) if patient else []
    context = {
        "appointment": appointment,
        "booking_labels": booking_labels(appointment),
        "brief": read_brief(appointment, by=audited_staff_actor(request)),
        "status_buttons": status_buttons_for(appointment, clinic, now),
        "policy": ChangePolicy.of(appointment, clinic, now, by_staff=True),
        "is_urgent": is_urgent(appointment),
        "is_gone": appointment.status in (Status.CANCELLED, Status.NO_SHOW),
        "history": appointment_history(appointment, clinic),
        "mails": [mail_line(row) for row in mails_to_patient(appointment)],
        "unconfirmed": unconfirmed,
        "submission_id": uuid4(),
        "others": list(others[:MAX_OTHERS_SHOWN]),
        "payments": payments,
        "payment_count": len(payments),
        "paid": paid,
        "amount_due": amount_due,
        "amount_overpaid": ledger.amount_overpaid(balance),
        "payment_form": PaymentForm(
            currency=appointment.currency,
            initial={
                "amount": format_plain_amount(amount_due, appointment.currency)
                if amount_due
                else ""
            },
        ),
        "seen": last_event_id(appointment),
    }
    template, asked = "booking/desk/appointments/appointment.html", _asked(appointment, now)
    notes = _notes(request.user, appointment)
    return render(request, template, context | notes | asked | extra, status=status)


def _notes(user: AnyUser, appointment: Appointment) -> dict[str, Any]:
    """Return the notes of the appointment that the user may read, for the template."""
    is_restricted, may_read = appointment.are_notes_restricted, may_read_notes(user, appointment)
    note = "" if is_restricted else appointment.patient_note
    team_note = "" if is_restricted else appointment.team_note
    return {
        "are_notes_restricted": is_restricted,
        "note": note if may_read else "",
        "has_hidden_note": bool(note) and not may_read,
        "may_read_notes": may_read,
        "note_form": TeamNoteForm(initial={"team_note": team_note}),
    }


def _asked(appointment: Appointment, now: datetime) -> dict[str, Any]:
    """Return the open proposal of the appointment, and whether it can still be answered, for the
    template."""
    proposal = find_open_proposal(appointment)
    is_waiting = proposal is not None and proposal.is_waiting(now)
    return {"proposal": proposal, "is_proposal_waiting": is_waiting, "now": now}
