"""A patient's health answers: see, renew and change them."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from booking.access.acting import current_acting, for_proxies
from booking.access.proxies import Permission, may_decide_for
from booking.actions.health.callback_requests import request_callback_for_patient
from booking.actions.health.patient_answers import renew_answers, update_answers
from booking.actions.health.read_health import read_patient_answers
from booking.errors import (
    AnswersChangedMeanwhile,
    CrisisReported,
    MayNotActForPatient,
    NoAppointmentYet,
    NothingToRenew,
    QuestionsChanged,
    Refusal,
)
from booking.forms.public.health_questions import (
    HealthQuestionsForm,
    WhoseAnswers,
    consent_words,
    initial_answers,
)
from booking.models import Patient
from booking.queries.health.accommodations import offered_accommodations
from booking.queries.health.answer_summary import denied_groups, describe_findings
from booking.queries.health.consent import find_health_consent
from booking.queries.health.outcome_advice import OutcomeAdvice, outcome_advice
from booking.queries.health.own_answers import OwnAnswers, waiting_callback
from booking.queries.health.shown_answers import shown_answers
from booking.queries.health.status import ActiveQuestionnaire, get_active_questionnaire
from booking.screening.emergency_calls import emergency_calls
from booking.views.account.own_record import shown_record
from booking.views.form_pages import (
    account_actor,
    clinic_zone,
    get_clinic_or_404,
    signed_in_user,
)
from clinic.lib.dates import clock
from clinic.lib.http.form_pages import HTTP_UNPROCESSABLE, see_other
from clinic.lib.http.help_notice import see_other_with_help


@for_proxies(Permission.SEE_HEALTH)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def health(request: HttpRequest) -> HttpResponse:
    """GET /me/health/ shows the latest answers; POST renews them after the short set."""
    active = get_active_questionnaire()
    if request.method == "POST" and active is not None:
        return _save(request, active, short_set_only=True)
    return _overview(request, active)


@for_proxies(Permission.SEE_HEALTH)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def questions(request: HttpRequest) -> HttpResponse:
    """GET /me/health/questions/ shows all questions with the latest answers; POST saves them."""
    active = get_active_questionnaire()
    if active is None:
        return see_other("me-health")
    if request.method == "POST":
        return _save(request, active, short_set_only=False)
    return _questions_page(request, active)


@for_proxies(Permission.SEE_HEALTH)
@require_POST
def call_back(request: HttpRequest) -> HttpResponse:
    """POST asks the clinic to call, if the answers keep the patient from booking. Idempotent."""
    try:
        request_callback_for_patient(shown_record(request), by=account_actor(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return see_other("me-health")


def _save(
    request: HttpRequest, active: ActiveQuestionnaire, *, short_set_only: bool
) -> HttpResponse:
    form = _form(request, active, short_set_only=short_set_only)
    page = _overview if short_set_only else _questions_page
    if form.reports_crisis:
        return _crisis_page(request, active)
    is_valid = form.is_valid()
    if form.is_outdated or form.has_unknown_fields:
        return page(request, active, refusal=QuestionsChanged())
    if not is_valid:
        return page(request, active, form=form, status=HTTP_UNPROCESSABLE)
    return _saved(request, active, form)


def _saved(
    request: HttpRequest, active: ActiveQuestionnaire, form: HealthQuestionsForm
) -> HttpResponse:
    """Save the answers of a valid form, and return the redirect, or the page with the refusal."""
    save = renew_answers if form.short_set_only else update_answers
    by, answers = account_actor(request), form.submitted_answers()
    try:
        save(shown_record(request), answers, seen=_seen(request), by=by)
    except CrisisReported:
        return _crisis_page(request, active)
    except MayNotActForPatient as refusal:
        messages.error(request, str(refusal))
        return see_other("me")
    except (AnswersChangedMeanwhile, NothingToRenew, NoAppointmentYet, QuestionsChanged) as refusal:
        page = _overview if form.short_set_only else _questions_page
        return page(request, active, refusal=refusal)
    messages.success(request, _("Thank you. Your answers are up to date."))
    return see_other_with_help(request, reverse("me-health"), *form.free_texts())


def _overview(
    request: HttpRequest,
    active: ActiveQuestionnaire | None,
    *,
    form: HealthQuestionsForm | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the latest answers, with the short set if it is enough to renew them."""
    patient = shown_record(request)
    own = read_patient_answers(patient, active, by=account_actor(request))
    advice = _advice(request, active, own)
    asks_to_renew = advice is None and own.asks_to_renew(clock.now())
    if form is None and active is not None and asks_to_renew:
        form = _form(request, active, short_set_only=True, bind=False)
    context = _context(request, active, own, refusal) | {
        "form": form,
        "asks_to_renew": form is not None and asks_to_renew,
        "advice": advice,
        "waiting_call": waiting_callback(patient) if advice is not None else None,
        "phone": patient.phone if current_acting(request) is None else "",
        "may_ask_for_call": bool(patient.phone),
        "question_button": _question_button(own, patient) if active is not None else "",
        **_answers(request, own),
        "patient": patient,
        "consent": find_health_consent(patient, shown_answers(patient, signed_in_user(request))),
        "consent_text": _consent_to_give(request, active, patient),
    }
    status = refusal.status if refusal else status
    return render(request, "booking/account/health.html", context, status=status)


def _questions_page(
    request: HttpRequest,
    active: ActiveQuestionnaire,
    *,
    form: HealthQuestionsForm | None = None,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    own = read_patient_answers(shown_record(request), active, by=account_actor(request))
    if form is None:
        form = _form(request, active, short_set_only=False, bind=False, known=own)
    opens_preferences = form.opens_optional_questions or request.GET.get("open") == "preferences"
    context = _context(request, active, own, refusal) | {
        "form": form,
        "opens_preferences": opens_preferences,
    }
    status = refusal.status if refusal else status
    return render(request, "booking/account/health_questions.html", context, status=status)


def _context(
    request: HttpRequest,
    active: ActiveQuestionnaire | None,
    own: OwnAnswers,
    refusal: Refusal | None,
) -> dict[str, Any]:
    return {
        "active": active,
        "own": own,
        "message": str(refusal) if refusal else "",
        "zone": clinic_zone(request),
    }


def _form(
    request: HttpRequest,
    active: ActiveQuestionnaire,
    *,
    short_set_only: bool,
    bind: bool = True,
    known: OwnAnswers | None = None,
) -> HealthQuestionsForm:
    record = known.record if known is not None else None
    acting = current_acting(request)
    return HealthQuestionsForm(
        request.POST if bind else None,
        version=active.questionnaire,
        country=get_clinic_or_404(request).country,
        accommodations=offered_accommodations(),
        short_set_only=short_set_only,
        whose=WhoseAnswers(answer_for=_whose_name(request)) if acting is not None else None,
        entered_by_staff=short_set_only,  # who renews has agreed before; the page says it again
        known=initial_answers(record.answer_set, record.preferences, active.questionnaire)
        if record is not None
        else None,
    )


def _consent_to_give(
    request: HttpRequest, active: ActiveQuestionnaire | None, patient: Patient
) -> str:
    """Return the consent that the user can give again for the patient, or ""."""
    if active is None or not may_decide_for(signed_in_user(request), patient):
        return ""
    return consent_words(active.questionnaire, _whose_name(request))


def _whose_name(request: HttpRequest) -> str:
    """Return the name of the patient for whom somebody acts, or ""."""
    acting = current_acting(request)
    return acting.patient.name if acting is not None else ""


def _advice(
    request: HttpRequest, active: ActiveQuestionnaire | None, own: OwnAnswers
) -> OutcomeAdvice | None:
    """Return the advice for the page if no massage can be booked with these answers, or None."""
    if active is None or not own.status.outcome.blocks_booking:
        return None
    return outcome_advice(active.questionnaire, get_clinic_or_404(request).country, own.status)


def _question_button(own: OwnAnswers, patient: Patient) -> str:
    """Return the words of the link to all questions; empty for whoever has never been asked."""
    if own.record is not None:
        return _("Something has changed")
    has_others = own.hides_some or patient.answers_used_since is not None
    return _("Answer the questions") if own.screening is not None or has_others else ""


def _answers(request: HttpRequest, own: OwnAnswers) -> dict[str, Any]:
    """Return what is shown of the latest answers: first what is not "no", and the preferences."""
    if own.record is None:
        return {}
    findings = own.status.screening_result.findings
    for_patient = current_acting(request) is None
    return {
        "answers": describe_findings(findings, own.record.version),
        "denied": denied_groups(own.record, for_patient=for_patient, lasting=True),
        "preferences": own.record.preferences,
        "accommodations": _accommodation_labels(own),
    }


def _accommodation_labels(own: OwnAnswers) -> list[str]:
    chosen = own.record.preferences.accommodations if own.record else ()
    offered = [offer.accommodation for offer in offered_accommodations()]
    return [str(offer.label) for offer in offered if offer.value in chosen]


def _crisis_page(request: HttpRequest, active: ActiveQuestionnaire) -> HttpResponse:
    """Render the numbers to call, even if the form is invalid. Nothing is stored or logged."""
    contacts = active.questionnaire.emergency_contacts(get_clinic_or_404(request).country)
    context = {"calls": emergency_calls(contacts)}
    return render(request, "booking/account/health_crisis.html", context)


def _seen(request: HttpRequest) -> UUID | None:
    """Return the id of the latest answers that the page showed; None if there were none, or it is
    invalid."""
    try:
        return UUID(request.POST.get("seen", ""))
    except ValueError:
        return None
