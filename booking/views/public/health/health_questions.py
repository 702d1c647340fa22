"""The questions before a massage: the step of a booking between "about you" and the review.

GET changes nothing but the audit trail. What is answered decides what comes next: the review, a
gentler treatment in the same time, or where to turn first. Nothing about health is in an address
or a title.
"""

import logging
from collections.abc import Callable
from functools import wraps

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
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
from booking.forms.public.health_questions import HealthQuestionsForm
from booking.models import Appointment
from booking.queries.appointments.drafts import load_draft
from booking.queries.health.status import health_status_of
from booking.views.public.booking.expired_hold import expired_hold_page, retake_hold
from booking.views.public.booking.hold_steps import with_hold
from booking.views.public.guest_actor import guest_actor
from booking.views.public.health.screening_pages import (
    ScreeningStep,
    booking_closed_page,
    current_screening_page,
    health_refusal_page,
    questions_page,
)
from clinic.lib.dates import clock
from clinic.lib.http.form_pages import see_other

log = logging.getLogger(__name__)
MAX_ID_DIGITS = 9


def with_screening_step(
    view: Callable[[ScreeningStep], HttpResponse],
) -> Callable[..., HttpResponse]:
    """Hand the view its hold and the questions of now, or say that booking is closed."""

    @wraps(view)
    def asked(request: HttpRequest, hold: Appointment) -> HttpResponse:
        try:
            asking = ScreeningStep.of(request, hold)
        except OnlineBookingClosed as refusal:
            return booking_closed_page(request, refusal)
        return view(asking)

    return with_hold(asked)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@with_screening_step
def health_questions(asking: ScreeningStep) -> HttpResponse:
    """GET asks, or says what stands in the way; POST keeps the answers and goes on."""
    if asking.request.method == "POST":
        return _answer(asking)
    hold, now = asking.hold, clock.now()
    if not load_draft(hold):
        return see_other("hold", hold.hold_token)
    if not hold.is_active_hold(now) and not health_status_of(hold, now).outcome.blocks_booking:
        return expired_hold_page(asking.request, hold)
    return current_screening_page(asking)


@require_safe
@with_screening_step
def doctor_note(asking: ScreeningStep) -> HttpResponse:
    """A page to print and to take to the doctor."""
    health_status = asking.health_status()
    if not health_status.screening_result.needs_medical_advice:
        raise Http404
    context = {
        "hold": asking.hold,
        "live": asking.live,
        "findings": health_status.screening_result.findings,
        "person": load_draft(asking.hold),
        "now": clock.now(),
    }
    return render(asking.request, "booking/public/health/doctor_note.html", context)


@require_POST
@with_hold
def request_call_back(request: HttpRequest, hold: Appointment) -> HttpResponse:
    """Somebody wants to be called. Twice is once."""
    try:
        request_callback(hold, by=guest_actor(request))
    except InvalidState as refusal:
        messages.error(request, str(refusal))
    return see_other("hold-questions", hold.hold_token)


@require_POST
@with_hold
def choose_gentler_treatment(request: HttpRequest, hold: Appointment) -> HttpResponse:
    """Take a gentler treatment in the time that is held."""
    option = request.POST.get("option", "")
    readable = option.isascii() and option.isdigit() and len(option) <= MAX_ID_DIGITS
    try:
        change_hold_treatment(hold, int(option) if readable else 0, by=guest_actor(request))
    except HoldExpired:
        return retake_hold(request, hold)
    except Refusal as refusal:
        return health_refusal_page(request, hold, refusal)
    return see_other("hold-review", hold.hold_token)


def _answer(asking: ScreeningStep) -> HttpResponse:
    form, refusal = _bind_form(asking)
    if form.reports_crisis:
        return _crisis_page(asking)
    if refusal is not None:
        return questions_page(asking, form, refusal=refusal)
    if not form.is_valid():
        return questions_page(asking, form, status=422)
    try:
        submit_answers(
            asking.hold,
            form.submitted_answers(),
            by=guest_actor(asking.request),
            patient=asking.patient,
        )
    except NotEnoughTime as too_long:
        form.add_error("accommodation", str(too_long))
        return questions_page(asking, form, status=too_long.status)
    except Refusal as refused:
        return health_refusal_page(asking.request, asking.hold, refused)
    if form.is_contradictory:
        log.info("Appointment %s: contradicting ticks, read on the safer side.", asking.hold.pk)
        said = _("You ticked “None of these” and something else. We went by what you ticked.")
        messages.info(asking.request, said)
    return _redirect_to_next_step(asking)


def _crisis_page(asking: ScreeningStep) -> HttpResponse:
    """At once, whatever else the form lacks: whom to call. Nothing is stored and nothing logged."""
    delete_hold_answers(asking.hold)
    contacts = asking.live.questionnaire.emergency_contacts(asking.clinic.country)
    context = {"contacts": contacts, "live": asking.live, "hold": asking.hold}
    return render(asking.request, "booking/public/health/questions_crisis.html", context)


def _bind_form(asking: ScreeningStep) -> tuple[HealthQuestionsForm, Refusal | None]:
    """The form, and why it cannot be read at all: made by somebody else, or for other questions.
    What was ticked is shown again under the questions of now."""
    form = asking.form(asking.request.POST)
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
    log.warning("Appointment %s: %s.", asking.hold.pk, type(refusal).__name__)
    return form, refusal


def _redirect_to_next_step(asking: ScreeningStep) -> HttpResponse:
    """To wherever the answers lead. A time that ran out meanwhile is taken again."""
    now = clock.now()
    hold = asking.hold
    hold.refresh_from_db()
    health_status = health_status_of(hold, now)
    if not health_status.outcome.blocks_booking and not hold.is_active_hold(now):
        return retake_hold(asking.request, hold)
    fits = health_status.allows_booking(hold.option.treatment.pressure)
    return see_other("hold-review" if fits else "hold-questions", hold.hold_token)
