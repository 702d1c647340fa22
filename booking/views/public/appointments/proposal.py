"""The page that asks the patient whether another time or therapist suits them.

GET changes nothing.
"""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.access.acting import current_acting, for_proxies
from booking.access.appointment_pages import appointment_page_url
from booking.access.proxies import Permission
from booking.actions.appointments.answer_proposal import look_for_other_time, take_proposed_time
from booking.actions.appointments.cancel import cancel_appointment
from booking.errors import Refusal
from booking.forms.public.change_appointment import ProposalAnswerForm
from booking.models import Appointment, ClinicProfile, MoveProposal
from booking.notifications.subjects.move_proposals import question_text
from booking.queries.appointments.change_policy import ChangePolicy
from booking.queries.appointments.move_proposals import find_open_proposal
from booking.views.form_pages import acting_words, cancelled_text
from booking.views.public.appointments.cancel_and_confirm import (
    not_changeable_page,
    with_appointment,
)
from booking.views.public.guest_actor import visitor_actor
from booking.views.public.summary import format_time_range, proposal_rows
from clinic.lib.dates import clock
from clinic.lib.http.form_pages import HTTP_UNPROCESSABLE, see_other


@for_proxies(Permission.BOOK)
@require_http_methods(["GET", "HEAD", "POST"])
@with_appointment
def answer_proposal(
    request: HttpRequest, appointment: Appointment, clinic: ClinicProfile
) -> HttpResponse:
    """GET shows the booked and the proposed time; POST accepts, looks for another, or cancels."""
    if request.method == "POST":
        return _answer(request, appointment, clinic)
    proposal = find_open_proposal(appointment)
    if proposal is None:
        return see_other(appointment_page_url(request, appointment))
    policy = ChangePolicy.of(appointment, clinic, clock.now())
    if policy.answering is not None:
        return not_changeable_page(request, appointment, clinic, policy.answering)
    return _page(request, appointment, clinic, proposal)


def _answer(request: HttpRequest, appointment: Appointment, clinic: ClinicProfile) -> HttpResponse:
    form, by = ProposalAnswerForm(request.POST), visitor_actor(request, appointment)
    try:
        if not form.is_valid():
            message = _("Please choose one of the answers.")
            return _refused(request, appointment, clinic, message, HTTP_UNPROCESSABLE)
        if form.cleaned_data["answer"] == form.OTHER:
            look_for_other_time(appointment, by=by)
            return see_other(appointment_page_url(request, appointment, "reschedule"))
        if form.cleaned_data["answer"] == form.CANCEL:
            cancel_appointment(appointment, by=by)
            messages.success(request, cancelled_text(request))
        else:
            take_proposed_time(appointment, by=by)
            moved = acting_words(
                request,
                _("Thank you. Your appointment has been changed."),
                _("Thank you. The appointment of %(name)s has been changed."),
            )
            messages.success(request, moved)
    except Refusal as refusal:
        return _refused(request, appointment, clinic, str(refusal), refusal.status)
    return see_other(appointment_page_url(request, appointment))


def _refused(
    request: HttpRequest,
    appointment: Appointment,
    clinic: ClinicProfile,
    message: str,
    status: int,
) -> HttpResponse:
    """Render the proposal with a message, or if it is closed why the appointment cannot be
    changed."""
    proposal = find_open_proposal(appointment)
    policy = ChangePolicy.of(appointment, clinic, clock.now())
    if policy.answering is not None:
        return not_changeable_page(request, appointment, clinic, policy.answering)
    if proposal is None:
        messages.error(request, message)
        return see_other(appointment_page_url(request, appointment))
    return _page(request, appointment, clinic, proposal, message=message, status=status)


def _page(
    request: HttpRequest,
    appointment: Appointment,
    clinic: ClinicProfile,
    proposal: MoveProposal,
    *,
    message: str = "",
    status: int = 200,
) -> HttpResponse:
    hold, now, acting = proposal.hold, clock.now(), current_acting(request)
    policy = ChangePolicy.of(appointment, clinic, now)
    context: dict[str, Any] = {
        "appointment": appointment,
        "proposal": proposal,
        "hold": hold,
        "is_waiting": proposal.is_waiting(now),
        "question": question_text(
            appointment,
            hold,
            clinic,
            is_time_lost=proposal.is_time_lost,
            patient_name=acting.patient.name if acting is not None else "",
        ),
        "before": format_time_range(appointment, clinic),
        "rows": proposal_rows(appointment, hold, clinic),
        "policy": policy,
        "message": message,
        "answers": ProposalAnswerForm,
    }
    return render(request, "booking/public/appointments/proposal.html", context, status=status)
