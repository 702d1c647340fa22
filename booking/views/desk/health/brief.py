"""The brief of one appointment, and the questions asked at the desk or on the phone."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking.access.roles import Ability
from booking.actions.health.enter_answers import answer_on_arrival, enter_answers
from booking.actions.health.read_health import read_answers, read_brief
from booking.errors import InCrisis, NoSignedQuestions, NotAllowed, QuestionsChanged, Refusal
from booking.forms.public.health_questions import QuestionsForm
from booking.models import Appointment, ClinicProfile
from booking.queries.health.accommodations import offered_comforts
from booking.queries.health.scope import enters_answers
from booking.queries.health.status import Live, live_version
from booking.screening.rules import Sheet
from booking.views.desk.common import back, reader, see, with_appointment
from booking.views.desk.permissions import needs
from clinic.lib.dates import clock


@require_safe
@with_appointment
def brief(request: HttpRequest, appointment: Appointment, _clinic: ClinicProfile) -> HttpResponse:
    """What to know, what was answered (for the patient's own therapist), what can be done."""
    by = reader(request)
    found = read_brief(appointment, by=by)
    record = read_answers(appointment, by=by) if found.detail is not None else None
    context = {"appointment": appointment, "brief": found, "record": record}
    return render(request, "booking/desk/health/brief.html", context)


@needs(Ability.ENTER_HEALTH, Ability.HEALTH_OF_OWN)
@require_POST
@with_appointment
def all_no(request: HttpRequest, appointment: Appointment, _clinic: ClinicProfile) -> HttpResponse:
    """One tap on arrival: the six questions were read out, and the answer was no to all."""
    try:
        answer_on_arrival(appointment, Sheet(), by=reader(request))
    except NotAllowed as refusal:
        raise PermissionDenied from refusal
    except Refusal as refusal:
        messages.error(request, f"{appointment.patient}: {refusal}")
    else:
        names = {"name": appointment.patient}
        messages.success(request, _("%(name)s: no to all. Written down.") % names)
    return back(request, "desk-appointment", appointment.public_id)


@needs(Ability.ENTER_HEALTH, Ability.HEALTH_OF_OWN)
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@with_appointment
def questions(
    request: HttpRequest, appointment: Appointment, clinic: ClinicProfile
) -> HttpResponse:
    """GET shows the questions to read out, empty; POST writes the answers down.

    `?set=short` are the six of every visit.
    """
    live = live_version()
    if not enters_answers(request.user, appointment, clock.now()):
        raise PermissionDenied
    if live is None:
        messages.error(request, str(NoSignedQuestions()))
        return see("desk-brief", appointment.public_id)
    short = (request.POST.get("asked") or request.GET.get("set")) == "short"
    form = _form(request, live, clinic, short=short)
    if request.method != "POST":
        return _page(request, appointment, form, live)
    if form.in_crisis:
        return _page(request, appointment, form, live, refusal=InCrisis())
    valid = form.is_valid()
    if form.is_outdated or form.is_foreign:
        return _page(request, appointment, form, live, refusal=QuestionsChanged())
    if not valid:
        return _page(request, appointment, form, live, status=422)
    return _write(request, appointment, form, live)


def _write(
    request: HttpRequest, appointment: Appointment, form: QuestionsForm, live: Live
) -> HttpResponse:
    given, by = form.given(), reader(request)
    try:
        if form.short:
            answer_on_arrival(appointment, given.sheet, by=by)
        else:
            enter_answers(appointment, given, by=by)
    except NotAllowed as refusal:
        raise PermissionDenied from refusal
    except Refusal as refusal:
        return _page(request, appointment, form, live, refusal=refusal)
    messages.success(request, _("Written down."))
    return see("desk-brief", appointment.public_id)


def _form(request: HttpRequest, live: Live, clinic: ClinicProfile, *, short: bool) -> QuestionsForm:
    return QuestionsForm(
        request.POST if request.method == "POST" else None,
        version=live.version,
        country=clinic.country,
        comforts=offered_comforts(),
        short=short,
        at_desk=True,
    )


def _page(
    request: HttpRequest,
    appointment: Appointment,
    form: QuestionsForm,
    live: Live,
    *,
    status: int = 200,
    refusal: Refusal | None = None,
) -> HttpResponse:
    context = {
        "appointment": appointment,
        "form": form,
        "live": live,
        "sentence": str(refusal) if refusal else "",
        "contacts": live.version.contacts(form.country) if isinstance(refusal, InCrisis) else None,
    }
    status = refusal.status if refusal else status
    return render(request, "booking/desk/health/questions.html", context, status=status)
