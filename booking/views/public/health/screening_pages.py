"""The pages around the questions before a massage: the form, and what stands in the way."""

import logging
from dataclasses import dataclass
from typing import Any, Self

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from booking.actions.health.read_health import read_own_answers
from booking.errors import OnlineBookingClosed, Refusal
from booking.forms.public.health_questions import HealthQuestionsForm, initial_answers
from booking.models import Appointment, CallbackRequest, ClinicProfile, Patient
from booking.models.current_clinic import current_clinic
from booking.queries.appointments.drafts import load_draft
from booking.queries.availability.gentler_options import find_gentler_options
from booking.queries.health.accommodations import offered_accommodations, total_extra_minutes
from booking.queries.health.status import (
    ActiveQuestionnaire,
    HealthStatus,
    are_long_answers_valid,
    get_active_questionnaire,
    latest_long_screening,
)
from booking.screening.outcomes import CareAdvice, Outcome, Pressure
from booking.views.public.booking.hold_steps import hold_context
from booking.views.public.guest_actor import guest_actor
from clinic.lib.dates import clock

log = logging.getLogger(__name__)
STEP_NAME = "questions"


@dataclass(frozen=True, slots=True)
class ScreeningStep:
    """Who is asked what: the hold, the questions of now, and somebody signed in who has answered
    the long set within three months. A guest is never known, or strangers would learn that
    somebody has answered before."""

    request: HttpRequest
    hold: Appointment
    clinic: ClinicProfile
    live: ActiveQuestionnaire
    patient: Patient | None

    @classmethod
    def of(cls, request: HttpRequest, hold: Appointment) -> Self:
        """Raises OnlineBookingClosed when there are no signed questions."""
        clinic, live = current_clinic(request), get_active_questionnaire()
        if clinic is None:
            raise Http404
        if live is None:
            raise OnlineBookingClosed(clinic.phone)
        return cls(request, hold, clinic, live, _known_patient(request, live))

    def health_status(self) -> HealthStatus:
        """What was answered for this hold; read, so written down."""
        return read_own_answers(self.hold, by=guest_actor(self.request))

    def form(
        self, data: Any = None, health_status: HealthStatus | None = None
    ) -> HealthQuestionsForm:
        record = health_status.record if health_status is not None else None
        version = self.live.questionnaire
        return HealthQuestionsForm(
            data,
            version=version,
            country=self.clinic.country,
            comforts=offered_accommodations(),
            short=self.patient is not None,
            known=initial_answers(record.answer_set, record.preferences, version)
            if record
            else None,
        )


def _known_patient(request: HttpRequest, live: ActiveQuestionnaire) -> Patient | None:
    patient = getattr(request.user, "patient", None) if request.user.is_authenticated else None
    last = latest_long_screening(patient) if patient is not None else None
    fresh = last is not None and last.version == live.questionnaire.code
    return patient if fresh and are_long_answers_valid(last, clock.now()) else None


def booking_closed_page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Online booking is closed: why, and whom to call."""
    context = {"sentence": str(refusal)}
    return render(request, "booking/public/booking/closed.html", context, status=refusal.status)


def health_refusal_page(request: HttpRequest, hold: Appointment, refusal: Refusal) -> HttpResponse:
    """A booking was sent past the questions, or against them: back to them, with a sentence."""
    log.warning("Appointment %s: %s at the questions.", hold.pk, type(refusal).__name__)
    try:
        asking = ScreeningStep.of(request, hold)
    except OnlineBookingClosed as closed:
        return booking_closed_page(request, closed)
    return current_screening_page(asking, refusal=refusal)


def current_screening_page(
    asking: ScreeningStep, *, refusal: Refusal | None = None
) -> HttpResponse:
    """Whatever the answers so far lead to: where to turn, a gentler treatment, or the form."""
    health_status = asking.health_status()
    if health_status.outcome.blocks_booking:
        return outcome_page(asking, health_status, refusal=refusal)
    if health_status.has_answers and not health_status.allows_pressure(
        asking.hold.option.treatment.pressure
    ):
        return gentler_treatments_page(asking, health_status, refusal=refusal)
    return questions_page(asking, asking.form(health_status=health_status), refusal=refusal)


def questions_page(
    asking: ScreeningStep,
    form: HealthQuestionsForm,
    *,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    """The questions."""
    last = latest_long_screening(asking.patient) if asking.patient is not None else None
    context = hold_context(asking.request, asking.hold, step=STEP_NAME) | {
        "form": form,
        "live": asking.live,
        "sentence": str(refusal) if refusal else "",
        "answered_at": last.long_answered_at if last else None,
    }
    status = refusal.status if refusal else status
    return render(asking.request, "booking/public/health/questions.html", context, status=status)


def outcome_page(
    asking: ScreeningStep, health_status: HealthStatus, *, refusal: Refusal | None = None
) -> HttpResponse:
    """STOP or DOCTOR: why, and where to turn."""
    version, care = asking.live.questionnaire, health_status.screening_result.care
    blocking = health_status.screening_result.blocking_findings()
    answers = [
        version.question(one.question).answer(one.code)
        for one in blocking
        if one.outcome == health_status.outcome
    ]
    said = [version.advice_for(answer, asking.clinic.country) for answer in answers]
    context = {
        "hold": asking.hold,
        "live": asking.live,
        "said": list(dict.fromkeys(said)),
        "danger": next((answer.danger for answer in answers if answer.danger), ""),
        "findings": blocking,
        "contacts": version.emergency_contacts(asking.clinic.country),
        "is_stop": health_status.outcome == Outcome.STOP,
        "is_emergency": care == CareAdvice.EMERGENCY,
        "is_urgent": care == CareAdvice.URGENT,
        "is_call_first": care == CareAdvice.CALL,
        "needs_medical_advice": health_status.screening_result.needs_medical_advice,
        "call_back": CallbackRequest.objects.filter(screening=health_status.screening).exists(),
        "phone": load_draft(asking.hold).get("phone", ""),
        "page_class": "page-book",
    }
    status = refusal.status if refusal else 200
    return render(
        asking.request, "booking/public/health/questions_outcome.html", context, status=status
    )


def gentler_treatments_page(
    asking: ScreeningStep, health_status: HealthStatus, *, refusal: Refusal | None = None
) -> HttpResponse:
    """ADAPT, with this treatment closed: the others that fit into the same time."""
    extra = (
        total_extra_minutes(health_status.record.preferences.accommodations)
        if health_status.record
        else 0
    )
    found = find_gentler_options(
        asking.hold,
        _allowed_pressures(health_status),
        extra=extra,
        clinic=asking.clinic,
        now=clock.now(),
    )
    context = hold_context(asking.request, asking.hold, step=STEP_NAME) | {
        "found": found,
        "sentence": str(refusal) if refusal else "",
        "live": asking.live,
    }
    status = refusal.status if refusal else 200
    return render(asking.request, "booking/public/health/gentler.html", context, status=status)


def _allowed_pressures(health_status: HealthStatus) -> frozenset[Pressure]:
    """What to offer instead: gentle treatments; those for pregnancy where only they are open."""
    still = health_status.screening_result.allowed_pressures
    return still & {Pressure.GENTLE} or still
