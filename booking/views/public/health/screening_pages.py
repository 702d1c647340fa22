"""The pages of the health questions: the form, and the outcomes that prevent a booking."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from booking.access.acting import current_acting, wants_to_act
from booking.access.patients import current_patient, own_patient
from booking.actions.health.read_health import read_own_answers, read_patient_answers
from booking.errors import ChangeInProgress, OnlineBookingClosed, Refusal
from booking.forms.public.callback import CallbackForm
from booking.forms.public.health_questions import HealthQuestionsForm, WhoseAnswers, initial_answers
from booking.models import Appointment, CallbackRequest, ClinicProfile, Patient, Screening
from booking.queries.appointments.drafts import load_draft
from booking.queries.availability.gentler_options import find_gentler_options
from booking.queries.health.accommodations import offered_accommodations, total_extra_minutes
from booking.queries.health.known_age import find_known_age
from booking.queries.health.outcome_advice import outcome_advice
from booking.queries.health.shown_answers import shown_answers
from booking.queries.health.status import (
    ActiveQuestionnaire,
    HealthStatus,
    are_long_answers_valid,
    get_active_questionnaire,
    latest_answers_to_renew,
    readable_record,
)
from booking.registries import minors
from booking.registries.minors import KnownAge
from booking.screening.outcomes import Pressure
from booking.screening.rules import UNDER_AGE, AnswerSet, ScreeningFinding
from booking.views.form_pages import get_clinic_or_404, signed_in_user
from booking.views.public.booking.hold_steps import hold_context, is_own_hold
from booking.views.public.guest_actor import visitor_actor
from clinic.lib.dates import clock
from clinic.lib.http.form_pages import HTTP_UNPROCESSABLE

log = logging.getLogger(__name__)
STEP_NAME = "questions"
ADULT_AGE = 18


@dataclass(frozen=True, slots=True)
class ScreeningStep:
    """A request for the questions of a hold.

    `patient` is a signed-in patient with valid answers to all questions, who is asked only the
    short set. Guests are never recognized, since strangers would learn that somebody has answered.
    For the hold of a signed-in patient all questions are asked: the short set is on the page
    "Check", which comes before.
    `age`: what the record of the patient says, or None.
    """

    request: HttpRequest
    hold: Appointment
    clinic: ClinicProfile
    active: ActiveQuestionnaire
    patient: Patient | None
    age: KnownAge | None = None

    @classmethod
    def of(cls, request: HttpRequest, hold: Appointment) -> Self:
        """Create the step of a request. Raises OnlineBookingClosed without signed questions."""
        clinic, active = get_clinic_or_404(request), get_active_questionnaire()
        if active is None:
            raise OnlineBookingClosed(clinic.phone)
        is_guests = hold.patient_id is None and not wants_to_act(request)
        known = _known_patient(request, active) if is_guests else None
        acting = current_acting(request) if is_own_hold(request, hold) else None
        guardian = signed_in_user(request) if acting is not None else None
        age = find_known_age(hold, clinic, guardian)
        return cls(request, hold, clinic, active, known, age)

    def whose_answers(self) -> WhoseAnswers:
        """Return what the form needs to know about the patient."""
        acting = current_acting(self.request)
        return WhoseAnswers(self.age, acting.patient.name if acting is not None else "")

    @property
    def is_closed_for_age(self) -> bool:
        """Whether the patient is too young to be booked online by this user."""
        return self.age is not None and self.age.is_closed_online

    def health_status(self) -> HealthStatus:
        """Return the answers for this hold, and record the access in the audit trail."""
        return read_own_answers(self.hold, by=visitor_actor(self.request, self.hold))

    def form(
        self, data: Any = None, health_status: HealthStatus | None = None
    ) -> HealthQuestionsForm:
        known = self._known_answers(health_status) if health_status is not None else None
        version = self.active.questionnaire
        return HealthQuestionsForm(
            data,
            version=version,
            country=self.clinic.country,
            accommodations=offered_accommodations(),
            short_set_only=self.patient is not None,
            known=known,
            whose=self.whose_answers(),
        )

    def callback_form(self) -> CallbackForm:
        """Return the form with whom to call: as typed before, or else as the account has it."""
        initial = load_draft(self.hold)
        user = self.request.user
        own = getattr(user, "patient", None) if user.is_authenticated else None
        if not initial and own is not None:
            initial = {"name": own.name, "email": own.email, "phone": own.phone}
        return CallbackForm(initial=initial)

    def _known_answers(self, health_status: HealthStatus) -> dict[str, Any] | None:
        """Return the initial answers: those for this hold, or the patient's latest ones.

        Of the latest ones without the questions about the day itself and "None of these".
        """
        version, record = self.active.questionnaire, health_status.record
        if record is not None:
            return initial_answers(record.answer_set, record.preferences, version)
        acting = current_acting(self.request)
        may_see = acting is None or acting.may_see_health
        if not may_see or not is_own_hold(self.request, self.hold):
            return None
        by = visitor_actor(self.request, self.hold)
        record = read_patient_answers(current_patient(self.request), self.active, by=by).record
        if record is None or record.version != version.code:
            return None
        lasting = record.answer_set.updated_with(AnswerSet({}, {}), version.short_questions())
        return initial_answers(lasting, record.preferences, version) | {"none": False}


def _known_patient(request: HttpRequest, active: ActiveQuestionnaire) -> Patient | None:
    patient = own_patient(request.user)
    last = _latest_own_answers(patient)
    fresh = last is not None and last.version == active.questionnaire.code
    fresh = fresh and are_long_answers_valid(last, clock.now())
    return patient if fresh and readable_record(last) is not None else None


def _latest_own_answers(patient: Patient | None) -> Screening | None:
    """Return the answers that a signed-in patient can build on, or None."""
    if patient is None or patient.user is None:
        return None
    return latest_answers_to_renew(patient, shown_answers(patient, patient.user))


def booking_closed_page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Render why online booking is closed, and whom to call."""
    context = {"message": str(refusal)}
    return render(request, "booking/public/booking/closed.html", context, status=refusal.status)


def health_refusal_page(request: HttpRequest, hold: Appointment, refusal: Refusal) -> HttpResponse:
    """Render the questions again, after a booking that skipped or contradicted them.

    Not after ChangeInProgress, which is raised: the page for 409 sends the same answers again.
    """
    if isinstance(refusal, ChangeInProgress):
        raise refusal
    # Not the refusal: its name tells what was answered.
    log.warning("Appointment %s: the health questions are shown again.", hold.pk)
    try:
        screening_step = ScreeningStep.of(request, hold)
    except OnlineBookingClosed as closed:
        return booking_closed_page(request, closed)
    return current_screening_page(screening_step, refusal=refusal)


def current_screening_page(
    screening_step: ScreeningStep, *, refusal: Refusal | None = None
) -> HttpResponse:
    """Render what the answers so far lead to: an outcome, gentler treatments, or the form."""
    health_status = screening_step.health_status()
    if health_status.has_answers and health_status.outcome.blocks_booking:
        return outcome_page(screening_step, health_status, refusal=refusal)
    if health_status.has_answers and not health_status.allows_pressure(
        screening_step.hold.option.treatment.pressure
    ):
        return gentler_treatments_page(screening_step, health_status, refusal=refusal)
    return questions_page(
        screening_step, screening_step.form(health_status=health_status), refusal=refusal
    )


def questions_page(
    screening_step: ScreeningStep,
    form: HealthQuestionsForm,
    *,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the form of the questions."""
    last = _latest_own_answers(screening_step.patient)
    context = hold_context(screening_step.request, screening_step.hold, step=STEP_NAME) | {
        "form": form,
        "active": screening_step.active,
        "message": str(refusal) if refusal else "",
        "answered_at": last.long_answered_at if last else None,
    }
    status = refusal.status if refusal else status
    return render(
        screening_step.request, "booking/public/health/questions.html", context, status=status
    )


def outcome_page(
    screening_step: ScreeningStep,
    health_status: HealthStatus,
    *,
    refusal: Refusal | None = None,
    callback_form: CallbackForm | None = None,
) -> HttpResponse:
    """Render the outcome STOP or DOCTOR: why, and whom to ask."""
    advice = outcome_advice(
        screening_step.active.questionnaire, screening_step.clinic.country, health_status
    )
    context = {
        "hold": screening_step.hold,
        "active": screening_step.active,
        "advice": advice,
        "callback_requested": CallbackRequest.objects.filter(
            screening=health_status.screening
        ).exists(),
        "phone": load_draft(screening_step.hold).get("phone", ""),
        "callback_form": callback_form or screening_step.callback_form(),
        "is_closed_for_age": screening_step.is_closed_for_age,
        "youngest": _youngest_for_guests(screening_step, advice.findings),
    }
    status = HTTP_UNPROCESSABLE if callback_form else 200
    status = refusal.status if refusal else status
    return render(
        screening_step.request,
        "booking/public/health/questions_outcome.html",
        context,
        status=status,
    )


def _youngest_for_guests(
    screening_step: ScreeningStep, findings: Sequence[ScreeningFinding]
) -> int | None:
    """Return from which age a parent can book in an account, for who has ticked "under 18"."""
    is_minor = any(finding.key == UNDER_AGE for finding in findings)
    youngest = minors.youngest_online()
    is_offered = screening_step.age is None and is_minor and youngest < ADULT_AGE
    return youngest if is_offered else None


def under_age_page(
    screening_step: ScreeningStep, *, callback_form: CallbackForm | None = None
) -> HttpResponse:
    """Render that a minor cannot be booked online by this user, before anything is asked."""
    acting = current_acting(screening_step.request)
    context = {
        "hold": screening_step.hold,
        "name": acting.patient.name if acting is not None else "",
        "youngest": screening_step.age.youngest if screening_step.age is not None else ADULT_AGE,
        "callback_form": callback_form or screening_step.callback_form(),
    }
    status = HTTP_UNPROCESSABLE if callback_form else 200
    return render(
        screening_step.request, "booking/public/health/under_age.html", context, status=status
    )


def gentler_treatments_page(
    screening_step: ScreeningStep, health_status: HealthStatus, *, refusal: Refusal | None = None
) -> HttpResponse:
    """Render the gentler treatments that fit into the held time."""
    extra = (
        total_extra_minutes(health_status.record.preferences.accommodations)
        if health_status.record
        else 0
    )
    gentler_options = find_gentler_options(
        screening_step.hold,
        _allowed_pressures(health_status),
        extra=extra,
        clinic=screening_step.clinic,
        now=clock.now(),
    )
    context = hold_context(screening_step.request, screening_step.hold, step=STEP_NAME) | {
        "gentler_options": gentler_options,
        "message": str(refusal) if refusal else "",
        "active": screening_step.active,
    }
    status = refusal.status if refusal else 200
    return render(
        screening_step.request, "booking/public/health/gentler.html", context, status=status
    )


def _allowed_pressures(health_status: HealthStatus) -> frozenset[Pressure]:
    """Return the pressures to offer: gentle, or those that are allowed if gentle is not."""
    still = health_status.screening_result.allowed_pressures
    return still & {Pressure.GENTLE} or still
