"""The health questions: the first step of a booking after its time.

GET changes nothing but the audit trail. The answers decide what comes next: the personal details, a
gentler treatment at the same time, or whom to ask first. Nothing about health is in an address or
title.
"""

import logging
from collections.abc import Callable, Sequence
from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking.actions.health.callback_requests import request_callback
from booking.actions.health.hold_answers import delete_hold_answers
from booking.actions.health.submit_answers import submit_answers
from booking.actions.holds.change_hold_treatment import change_hold_treatment
from booking.errors import (
    HoldExpired,
    InvalidAnswers,
    InvalidState,
    NotEnoughTime,
    OnlineBookingClosed,
    QuestionsChanged,
    Refusal,
)
from booking.forms.public.callback import CallbackForm
from booking.forms.public.health_questions import HealthQuestionsForm
from booking.models import Appointment
from booking.queries.appointments.drafts import load_draft
from booking.queries.health.answer_summary import describe_findings
from booking.queries.health.status import health_status_of
from booking.screening.emergency_calls import emergency_calls
from booking.views.public.booking.expired_hold import expired_hold_page, retake_hold
from booking.views.public.booking.hold_steps import step_after_questions
from booking.views.public.booking.open_hold import with_hold
from booking.views.public.guest_actor import visitor_actor
from booking.views.public.health.screening_pages import (
    ScreeningStep,
    booking_closed_page,
    current_screening_page,
    health_refusal_page,
    outcome_page,
    questions_page,
    under_age_page,
)
from clinic.lib.dates import clock
from clinic.lib.http.form_pages import HTTP_UNPROCESSABLE, see_other
from clinic.lib.http.help_notice import see_other_with_help

log = logging.getLogger(__name__)
MAX_ID_DIGITS = 9


def with_screening_step(
    view: Callable[[ScreeningStep], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Pass the hold and the active questions to a view, or render that booking is closed."""

    @wraps(view)
    def asked(request: HttpRequest, hold: Appointment) -> HttpResponse:
        try:
            step = ScreeningStep.of(request, hold)
        except OnlineBookingClosed as refusal:
            return booking_closed_page(request, refusal)
        return view(step)

    return with_hold(asked)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@with_screening_step
def health_questions(step: ScreeningStep) -> HttpResponse:
    """GET shows the questions or why booking is not possible; POST saves the answers."""
    if step.is_closed_for_age and not step.hold.screenings.exists():
        return under_age_page(step)
    if step.request.method == "POST":
        return _answer(step)
    hold, now = step.hold, clock.now()
    if "again" in step.request.GET:  # something was ticked by mistake
        return questions_page(step, step.form(health_status=step.health_status()))
    if not hold.is_active_hold(now) and not health_status_of(hold, now).outcome.blocks_booking:
        return expired_hold_page(step.request, hold)
    return current_screening_page(step)


@require_safe
@with_screening_step
def doctor_note(step: ScreeningStep) -> HttpResponse:
    """GET shows a page to print and take to the doctor."""
    result = step.health_status().screening_result
    if not result.needs_medical_advice:
        raise Http404
    context = {
        "hold": step.hold,
        "active": step.active,
        "answers": describe_findings(result.findings, step.active.questionnaire.code),
        "person": load_draft(step.hold),
        "now": clock.now(),
    }
    return render(step.request, "booking/public/health/doctor_note.html", context)


@require_POST
@with_screening_step
def request_call_back(step: ScreeningStep) -> HttpResponse:
    """Save a request that the clinic calls, with name and number. A second one changes nothing."""
    form = CallbackForm({**load_draft(step.hold), **step.request.POST.dict()})
    if not form.is_valid():
        if step.is_closed_for_age and not step.hold.screenings.exists():
            return under_age_page(step, callback_form=form)
        return outcome_page(step, step.health_status(), callback_form=form)
    try:
        request_callback(step.hold, form.details(), by=visitor_actor(step.request, step.hold))
    except InvalidState as refusal:
        messages.error(step.request, str(refusal))
    return see_other("hold-questions", step.hold.hold_token)


@require_POST
@with_hold
def choose_gentler_treatment(request: HttpRequest, hold: Appointment) -> HttpResponse:
    """Change the hold to a gentler treatment in the same time."""
    option = request.POST.get("option", "")
    readable = option.isascii() and option.isdigit() and len(option) <= MAX_ID_DIGITS
    try:
        change_hold_treatment(hold, int(option) if readable else 0, by=visitor_actor(request, hold))
    except HoldExpired:
        return retake_hold(request, hold)
    except Refusal as refusal:
        return health_refusal_page(request, hold, refusal)
    return see_other(step_after_questions(hold), hold.hold_token)


def _answer(step: ScreeningStep) -> HttpResponse:
    form, refusal = _bind_form(step)
    if form.reports_crisis:
        return crisis_page(step)
    if refusal is not None:
        return questions_page(step, form, refusal=refusal)
    if not form.is_valid():
        return questions_page(step, form, status=HTTP_UNPROCESSABLE)
    try:
        submit_answers(
            step.hold,
            form.submitted_answers(),
            by=visitor_actor(step.request, step.hold),
            patient=step.patient,
        )
    except NotEnoughTime as too_long:
        form.add_error("accommodation", str(too_long))
        return questions_page(step, form, status=too_long.status)
    except Refusal as refused:
        return health_refusal_page(step.request, step.hold, refused)
    if form.is_contradictory:
        message = _("You checked “None of these” and other boxes. We went by the other boxes.")
        messages.info(step.request, message)
    return _redirect_to_next_step(step, form.free_texts())


def crisis_page(step: ScreeningStep) -> HttpResponse:
    """Render whom to call, even if the form is invalid. Nothing is stored or logged."""
    delete_hold_answers(step.hold)
    contacts = step.active.questionnaire.emergency_contacts(step.clinic.country)
    context = {"contacts": contacts, "calls": emergency_calls(contacts), "hold": step.hold}
    return render(step.request, "booking/public/health/questions_crisis.html", context)


def _bind_form(step: ScreeningStep) -> tuple[HealthQuestionsForm, Refusal | None]:
    """Return the form, and why it cannot be read: unknown fields, or outdated questions."""
    form = step.form(step.request.POST)
    if form.reports_crisis:
        return form, None
    form.is_valid()
    refusal: Refusal | None = None
    if form.has_unknown_fields:
        refusal = InvalidAnswers()
    elif form.is_outdated:
        refusal = QuestionsChanged()
    if refusal is None:
        return form, None
    reason = "not our fields" if form.has_unknown_fields else "an older version"
    log.warning("Appointment %s: the form was refused (%s).", step.hold.pk, reason)
    return form, refusal


def _redirect_to_next_step(step: ScreeningStep, free_texts: Sequence[str]) -> HttpResponse:
    """Redirect to where the answers lead. A hold that expired meanwhile is taken again."""
    now = clock.now()
    hold = step.hold
    hold.refresh_from_db()
    health_status = health_status_of(hold, now)
    if not health_status.outcome.blocks_booking and not hold.is_active_hold(now):
        return retake_hold(step.request, hold)
    fits = health_status.allows_booking(hold.option.treatment.pressure)
    name = step_after_questions(hold) if fits else "hold-questions"
    return see_other_with_help(step.request, reverse(name, args=[hold.hold_token]), *free_texts)
