"""The health brief of an appointment, and the health questions asked at the desk or by phone."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking.access.roles import Ability
from booking.actions.health.enter_answers import enter_answers, enter_arrival_answers
from booking.actions.health.read_health import read_answers, read_brief
from booking.errors import (
    CrisisReported,
    NoSignedQuestionnaire,
    NotAllowed,
    QuestionsChanged,
    Refusal,
)
from booking.forms.public.health_questions import HealthQuestionsForm
from booking.models import Appointment, ClinicProfile
from booking.queries.health.accommodations import offered_accommodations
from booking.queries.health.answer_summary import denied_groups, describe_findings
from booking.queries.health.scope import may_enter_answers
from booking.queries.health.status import ActiveQuestionnaire, get_active_questionnaire
from booking.screening.rules import AnswerSet
from booking.views.desk.appointments.load_appointment import with_appointment
from booking.views.desk.permissions import require_ability
from booking.views.desk.return_path import redirect_back
from booking.views.form_pages import audited_staff_actor
from clinic.lib.dates import clock
from clinic.lib.http.form_pages import HTTP_UNPROCESSABLE, see_other


@require_safe
@with_appointment
def show_brief(
    request: HttpRequest, appointment: Appointment, _clinic: ClinicProfile
) -> HttpResponse:
    """GET shows the brief, and the answers to the patient's own therapist."""
    by = audited_staff_actor(request)
    brief = read_brief(appointment, by=by)
    record = read_answers(appointment, by=by) if brief.detail is not None else None
    context = {"appointment": appointment, "brief": brief, "record": record}
    if record is not None:
        findings = record.screening_result.findings
        context["answers"] = describe_findings(findings, record.version)
        context["denied"] = denied_groups(record, for_patient=False)
    return render(request, "booking/desk/health/brief.html", context)


@require_ability(Ability.ENTER_HEALTH_ANSWERS, Ability.READ_OWN_PATIENTS_HEALTH)
@require_POST
@with_appointment
def answer_no_to_all(
    request: HttpRequest, appointment: Appointment, _clinic: ClinicProfile
) -> HttpResponse:
    """Record that the questions of every visit were all answered with no."""
    try:
        enter_arrival_answers(appointment, AnswerSet(), by=audited_staff_actor(request))
    except NotAllowed as refusal:
        raise PermissionDenied from refusal
    except Refusal as refusal:
        messages.error(request, f"{appointment.patient}: {refusal}")
    else:
        names = {"name": appointment.patient}
        messages.success(request, _("%(name)s: no to all. Written down.") % names)
    return redirect_back(request, "desk-appointment", appointment.public_id)


@require_ability(Ability.ENTER_HEALTH_ANSWERS, Ability.READ_OWN_PATIENTS_HEALTH)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@with_appointment
def health_questions(
    request: HttpRequest, appointment: Appointment, clinic: ClinicProfile
) -> HttpResponse:
    """GET shows the questions to read out; POST saves the answers.

    `?set=short_set_only` asks only the questions of every visit.
    """
    active = get_active_questionnaire()
    if not may_enter_answers(request.user, appointment, clock.now()):
        raise PermissionDenied
    if active is None:
        messages.error(request, str(NoSignedQuestionnaire()))
        return see_other("desk-brief", appointment.public_id)
    short_set_only = (request.POST.get("question_set") or request.GET.get("set")) == "short"
    form = _form(request, active, clinic, short_set_only=short_set_only)
    if request.method != "POST":
        return _page(request, appointment, form, active)
    if form.reports_crisis:
        return _page(request, appointment, form, active, refusal=CrisisReported())
    valid = form.is_valid()
    if form.is_outdated or form.has_unknown_fields:
        return _page(request, appointment, form, active, refusal=QuestionsChanged())
    if not valid:
        return _page(request, appointment, form, active, status=HTTP_UNPROCESSABLE)
    return _save_answers(request, appointment, form, active)


def _save_answers(
    request: HttpRequest,
    appointment: Appointment,
    form: HealthQuestionsForm,
    active: ActiveQuestionnaire,
) -> HttpResponse:
    submitted, by = form.submitted_answers(), audited_staff_actor(request)
    try:
        if form.short_set_only:
            enter_arrival_answers(appointment, submitted.answer_set, by=by)
        else:
            enter_answers(appointment, submitted, by=by)
    except NotAllowed as refusal:
        raise PermissionDenied from refusal
    except Refusal as refusal:
        return _page(request, appointment, form, active, refusal=refusal)
    messages.success(request, _("Written down."))
    return see_other("desk-brief", appointment.public_id)


def _form(
    request: HttpRequest,
    active: ActiveQuestionnaire,
    clinic: ClinicProfile,
    *,
    short_set_only: bool,
) -> HealthQuestionsForm:
    return HealthQuestionsForm(
        request.POST if request.method == "POST" else None,
        version=active.questionnaire,
        country=clinic.country,
        accommodations=offered_accommodations(),
        short_set_only=short_set_only,
        entered_by_staff=True,
    )


def _page(
    request: HttpRequest,
    appointment: Appointment,
    form: HealthQuestionsForm,
    active: ActiveQuestionnaire,
    *,
    status: int = 200,
    refusal: Refusal | None = None,
) -> HttpResponse:
    context = {
        "appointment": appointment,
        "form": form,
        "active": active,
        "message": str(refusal) if refusal else "",
        "contacts": active.questionnaire.emergency_contacts(form.country)
        if isinstance(refusal, CrisisReported)
        else None,
    }
    status = refusal.status if refusal else status
    return render(request, "booking/desk/health/questions.html", context, status=status)
