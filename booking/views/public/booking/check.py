"""The last step of a booking for a patient who is signed in: Time > Check > Booked.

Known details are not asked again. If the latest health answers can be renewed, the short set is on
the page itself, and one button sends it and books.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from booking.access.acting import current_acting, for_proxies
from booking.access.patients import current_patient
from booking.access.proxies import Permission
from booking.actions.appointments.book_online import book_appointment
from booking.actions.health.submit_answers import submit_answers
from booking.errors import (
    HoldExpired,
    NotEnoughTime,
    OnlineBookingClosed,
    Refusal,
    ScreeningBlocked,
    TooManyUpcoming,
)
from booking.forms.public.health_questions import HealthQuestionsForm
from booking.inputs import PersonalDetails
from booking.models import Appointment, Patient
from booking.queries.appointments.own import is_favorite
from booking.queries.health.renewal import RenewableAnswers, renewable_answers
from booking.queries.health.shown_answers import shown_answers
from booking.queries.health.status import screening_allows_booking
from booking.views.form_pages import account_actor, signed_in_user
from booking.views.public.booking.expired_hold import expired_hold_page, retake_hold
from booking.views.public.booking.hold_steps import hold_context, is_own_hold
from booking.views.public.booking.open_hold import with_hold
from booking.views.public.health.health_questions import crisis_page
from booking.views.public.health.screening_pages import (
    ScreeningStep,
    booking_closed_page,
    health_refusal_page,
)
from clinic.lib.dates import clock
from clinic.lib.http.form_pages import HTTP_UNPROCESSABLE, see_other

KNOWN_PATIENT_STEPS = (lazy("Time"), lazy("Check"), lazy("Booked"))


@dataclass(frozen=True, slots=True)
class CheckStep:
    """A request for the last step: the hold, its patient, and answers that can be renewed.

    `renewable` is None if the questions were answered for this hold already.
    """

    screening: ScreeningStep
    patient: Patient
    renewable: RenewableAnswers | None

    @property
    def request(self) -> HttpRequest:
        return self.screening.request

    @property
    def hold(self) -> Appointment:
        return self.screening.hold

    @property
    def answered_at(self) -> datetime | None:
        """When the answers that can be renewed were given; None without any."""
        return self.renewable.answered_at if self.renewable is not None else None

    def form(self, data: Any = None) -> HealthQuestionsForm:
        """Return the form of the short set."""
        return HealthQuestionsForm(
            data,
            version=self.screening.active.questionnaire,
            country=self.screening.clinic.country,
            short_set_only=True,
            whose=self.screening.whose_answers(),
        )


@for_proxies(Permission.BOOK)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@with_hold
def check(request: HttpRequest, hold: Appointment) -> HttpResponse:
    """GET /me/book/<token>/ shows the booking and what has to be asked; POST books it."""
    if not is_own_hold(request, hold):
        return see_other("hold", hold.hold_token)
    try:
        screening = ScreeningStep.of(request, hold)
    except OnlineBookingClosed as refusal:
        return booking_closed_page(request, refusal)
    if hold.screenings.exists():
        is_closed = not screening_allows_booking(hold)
    else:
        is_closed = screening.is_closed_for_age
    if is_closed:
        return see_other("hold-questions", hold.hold_token)
    if not hold.is_active_hold(clock.now()):
        is_sent = request.method == "POST"
        return retake_hold(request, hold) if is_sent else expired_hold_page(request, hold)
    step = _step_of(screening)
    if step is None:
        return see_other("hold-questions", hold.hold_token)
    return _book(step) if request.method == "POST" else _page(step, step.form())


def _step_of(screening: ScreeningStep) -> CheckStep | None:
    """Return the step, or None if all questions have to be asked first.

    A proxy without permission to see health answers cannot renew any, since the result would reveal
    them.
    """
    patient, acting = current_patient(screening.request), current_acting(screening.request)
    if screening.hold.screenings.exists():
        return CheckStep(screening, patient, None)
    if acting is not None and not acting.may_see_health:
        return None
    questionnaire = screening.active.questionnaire
    shown = shown_answers(patient, signed_in_user(screening.request))
    renewable = renewable_answers(patient, questionnaire, clock.now(), shown)
    return CheckStep(screening, patient, renewable) if renewable is not None else None


def _book(step: CheckStep) -> HttpResponse:
    """Save the answers to the short set, if it is asked, and book."""
    if step.renewable is not None and (answer := _renew(step)) is not None:
        return answer
    request, patient = step.request, step.patient
    details = PersonalDetails(patient.name, patient.email, patient.phone)
    try:
        booked = book_appointment(step.hold, details, by=account_actor(request), patient=patient)
    except Refusal as refusal:
        return _refused(step, refusal)
    acting = current_acting(request)
    if acting is None:
        booked_text = _("Your appointment is booked. We look forward to seeing you.")
    else:
        booked_text = _("The appointment is booked. We look forward to seeing %(name)s.")
        booked_text %= {"name": acting.patient.name}
    messages.success(request, booked_text)
    if acting is not None and not acting.may_see_times:
        return see_other("me")
    return see_other("me-appointment", booked.public_id)


def _refused(step: CheckStep, refusal: Refusal) -> HttpResponse:
    request, hold = step.request, step.hold
    match refusal:
        case HoldExpired():
            return retake_hold(request, hold)
        case OnlineBookingClosed():
            return booking_closed_page(request, refusal)
        case ScreeningBlocked():
            return health_refusal_page(request, hold, refusal)
        case TooManyUpcoming():
            return _page(step, step.form(), status=refusal.status, message=str(refusal))
    return expired_hold_page(request, hold, refusal=refusal)


def _renew(step: CheckStep) -> HttpResponse | None:
    """Save the answers. Return the page that says why booking is not possible, or None."""
    form = step.form(step.request.POST)
    if form.reports_crisis:
        return crisis_page(step.screening)
    if not form.is_valid() or form.has_unknown_fields or form.is_outdated:
        return _page(step, form, status=HTTP_UNPROCESSABLE)
    try:
        submit_answers(
            step.hold,
            form.submitted_answers(),
            by=account_actor(step.request),
            patient=step.patient,
            nothing_else_changed=True,
        )
    except NotEnoughTime as too_long:
        return _page(step, form, status=too_long.status, message=str(too_long))
    except Refusal as refused:
        return health_refusal_page(step.request, step.hold, refused)
    if not screening_allows_booking(step.hold):
        return see_other("hold-questions", step.hold.hold_token)
    return None


def _page(
    step: CheckStep, form: HealthQuestionsForm, *, status: int = 200, message: str = ""
) -> HttpResponse:
    context = hold_context(step.request, step.hold, step="check") | {
        "steps": KNOWN_PATIENT_STEPS,
        "patient": step.patient,
        "active": step.screening.active,
        "form": form if step.renewable is not None else None,
        "answered_at": step.answered_at,
        "message": message,
        "is_starred": is_favorite(step.hold, step.patient, current_acting(step.request)),
    }
    return render(step.request, "booking/public/booking/check.html", context, status=status)
