"""One appointment at the desk: everything about it, its history, and the note for the team."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from booking.access.scope import appointments_of, reads_notes
from booking.actions.appointments.set_team_note import note_for_team
from booking.actions.health.read_health import read_brief
from booking.errors import ChangedMeanwhile
from booking.forms.desk.appointments import PaymentForm, TeamNoteForm
from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile
from booking.notifications.kinds import get_kind
from booking.queries.appointments.change_policy import ChangePolicy
from booking.views.desk.appointments.history import history_of, in_words
from booking.views.desk.appointments.status_buttons import steps_of
from booking.views.desk.common import last_event, reader, see, staff, with_appointment
from clinic.lib.dates import clock
from clinic.lib.text.money import plain_amount

OTHERS_SHOWN = 6


@require_safe
@with_appointment
def show(request: HttpRequest, appointment: Appointment, clinic: ClinicProfile) -> HttpResponse:
    """Everything about it."""
    return page(request, appointment, clinic)


@require_POST
@with_appointment
def note(request: HttpRequest, appointment: Appointment, clinic: ClinicProfile) -> HttpResponse:
    """Keep the note; a colleague's words are never overwritten unseen."""
    form = TeamNoteForm(request.POST)
    if not form.is_valid():
        return page(request, appointment, clinic, status=422, note_form=form)
    text, seen = form.cleaned_data["team_note"].replace("\r\n", "\n"), form.cleaned_data["seen"]
    try:
        note_for_team(appointment, text, by=staff(request), seen=seen)
    except ChangedMeanwhile as refusal:
        appointment.refresh_from_db(fields=["team_note"])
        theirs = in_words(refusal.events, clinic)
        return page(request, appointment, clinic, status=409, note_form=form, note_theirs=theirs)
    messages.success(request, _("The note is kept."))
    return see("desk-appointment", appointment.public_id)


def page(
    request: HttpRequest,
    appointment: Appointment,
    clinic: ClinicProfile,
    *,
    status: int = 200,
    **extra: Any,
) -> HttpResponse:
    """The page, with a form as it was sent where something was wrong with it."""
    now = clock.now()
    payments = list(appointment.payments.select_related("taken_by", "taken_back_by"))
    paid = sum((payment.amount for payment in payments), Decimal(0))
    owed = max(Decimal(0), appointment.price - paid)
    mine = appointments_of(request.user, now).filter(patient=appointment.patient)
    others = mine.with_everything().exclude(pk=appointment.pk).order_by("-starts_at")
    seen = last_event(appointment)
    context = {
        "appointment": appointment,
        "brief": read_brief(appointment, by=reader(request)),
        "steps": steps_of(appointment, clinic, now),
        "policy": ChangePolicy.of(appointment, clinic, now, by_staff=True),
        "note": appointment.note if reads_notes(request.user, appointment) else "",
        "hidden_note": bool(appointment.note) and not reads_notes(request.user, appointment),
        "is_gone": appointment.status in (Status.CANCELLED, Status.NO_SHOW),
        "history": history_of(appointment, clinic),
        "mails": [(get_kind(mail.kind), mail) for mail in appointment.messages.order_by("-pk")],
        "others": list(others[:OTHERS_SHOWN]),
        "payments": payments,
        "paid": paid,
        "owed": owed,
        "note_form": TeamNoteForm(initial={"team_note": appointment.team_note}),
        "payment_form": PaymentForm(
            currency=appointment.currency,
            initial={"amount": plain_amount(owed, appointment.currency) if owed else ""},
        ),
        "seen": seen,
    }
    return render(
        request, "booking/desk/appointments/appointment.html", context | extra, status=status
    )
