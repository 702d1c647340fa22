"""The preview of a change of hours or a switch, and the step that saves it.

Every form of hours ends here, and so does switching a therapist or a room off. What was typed
and chosen is carried in hidden fields, so nothing is saved before the last step:

    form --> no appointment is affected ----------------> saved
      ^ \\--> preview: a choice for each appointment --/
      \\--------- back, with everything typed --/
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.actions.schedule.change_schedule import change_schedule
from booking.errors import TooManyConflicts, UnresolvedConflicts
from booking.forms.desk.resolutions import (
    ProposalsByAppointment,
    ResolutionsForm,
    resolution_field_name,
)
from booking.inputs import (
    Resolution,
    ResolutionAction,
    ScheduleChange,
    SwitchOff,
    WeeklyHoursChange,
)
from booking.models import Appointment
from booking.queries.availability.proposals import find_proposals
from booking.queries.schedule.impact import MAX_AFFECTED, find_impact
from booking.queries.schedule.weekly_patterns import with_planned_end
from booking.views.form_pages import get_clinic_or_404, staff_actor
from clinic.lib.dates import clock
from clinic.lib.http.carried_fields import HiddenField, carried_fields
from clinic.lib.http.form_pages import HTTP_UNPROCESSABLE, see_other

STEP_CONFIRM, STEP_EDIT, STEP_CHOOSE_FOR_ALL = "settle", "edit", "all"
CHOICE_FIELDS = ("choice-", "words")
OTHER_PREVIEW_FIELDS = ("step", "shown", "copy-", "fill-")


@dataclass(frozen=True, slots=True)
class ScheduleChangeRequest:
    """A change of hours that a form asks for."""

    change: ScheduleChange
    summary: str
    """The change in words."""
    success_message: str
    return_url: str
    """Where to go when it is saved, or left."""

    @property
    def is_switch(self) -> bool:
        """Whether a therapist or a room is switched off."""
        return isinstance(self.change, SwitchOff)


def is_back_to_form(request: HttpRequest) -> bool:
    """Return whether the preview's button "Change it" was pressed: show the form as typed."""
    return request.POST.get("step") == STEP_EDIT


def choices_so_far(request: HttpRequest) -> list[HiddenField]:
    """Return what was chosen on a preview before, for the form to carry to the next preview."""
    return carried_fields(request.POST, only=CHOICE_FIELDS)


def save_or_preview(request: HttpRequest, change_request: ScheduleChangeRequest) -> HttpResponse:
    """Save the change if no appointment is affected or all are settled; else show the preview."""
    step, _space, choice = request.POST.get("step", "").partition(" ")
    affected, proposals = _affected_and_proposals(request, change_request)
    if len(affected) > MAX_AFFECTED:
        refusal = TooManyConflicts(len(affected), MAX_AFFECTED, switch=change_request.is_switch)
        return _too_many(request, change_request, refusal)
    if step == STEP_CONFIRM:
        return _confirm(
            request,
            change_request,
            _form(change_request, affected, proposals, request.POST),
        )
    if affected or step == STEP_CHOOSE_FOR_ALL:
        initial = _initial_choices(request, affected, proposals, choice)
        form = _form(change_request, affected, proposals, initial=initial)
        return _preview(request, change_request, form)
    return _save(request, change_request, resolutions={}, message_to_patients="")


def _affected_and_proposals(
    request: HttpRequest, change_request: ScheduleChangeRequest
) -> tuple[Sequence[Appointment], ProposalsByAppointment]:
    """Return the affected appointments, and where each could be moved."""
    clinic, now, change = get_clinic_or_404(request), clock.now(), change_request.change
    if isinstance(change, WeeklyHoursChange):
        change = with_planned_end(change)
    affected = find_impact(change, clinic, now).affected
    return affected, find_proposals(affected, change, clinic, now) if len(
        affected
    ) <= MAX_AFFECTED else {}


def _form(
    change_request: ScheduleChangeRequest,
    affected: Sequence[Appointment],
    proposals: ProposalsByAppointment,
    data: QueryDict | None = None,
    *,
    initial: Mapping[str, str] | None = None,
) -> ResolutionsForm:
    return ResolutionsForm(
        data,
        initial=initial,
        affected=affected,
        proposals=proposals,
        is_switch=change_request.is_switch,
    )


def _confirm(
    request: HttpRequest, change_request: ScheduleChangeRequest, form: ResolutionsForm
) -> HttpResponse:
    """Save the change with the chosen resolutions, if each appointment has one."""
    if not form.is_valid():
        return _preview(request, change_request, form, status=HTTP_UNPROCESSABLE)
    message_to_patients = form.cleaned_data["words"]
    return _save(
        request,
        change_request,
        resolutions=form.resolutions(),
        message_to_patients=message_to_patients,
    )


def _save(
    request: HttpRequest,
    change_request: ScheduleChangeRequest,
    *,
    resolutions: Mapping[int, Resolution],
    message_to_patients: str,
) -> HttpResponse:
    by = staff_actor(request)
    try:
        made = change_schedule(
            change_request.change,
            resolutions=resolutions,
            by=by,
            message_to_patients=message_to_patients,
        )
    except UnresolvedConflicts as refusal:
        affected, proposals = _affected_and_proposals(request, change_request)
        form = _form(change_request, affected, proposals, request.POST)
        return _preview(request, change_request, form, refusal=refusal, status=refusal.status)
    except TooManyConflicts as refusal:
        return _too_many(request, change_request, refusal)
    messages.success(request, " ".join([change_request.success_message, *_result_sentences(made)]))
    return see_other(change_request.return_url)


def _initial_choices(
    request: HttpRequest,
    affected: Sequence[Appointment],
    proposals: ProposalsByAppointment,
    choice: str,
) -> dict[str, str]:
    """Return the choices so far, or `choice` for all ("move" and "ask": the first proposal)."""
    chosen = {
        resolution_field_name(row.pk): request.POST.get(resolution_field_name(row.pk), "")
        for row in affected
    }
    for row in affected:
        places = proposals.get(row.pk, ())
        if choice in (ResolutionAction.KEEP, ResolutionAction.CANCEL):
            chosen[resolution_field_name(row.pk)] = choice
        elif choice == ResolutionAction.MOVE and places:
            chosen[resolution_field_name(row.pk)] = places[0].value
        elif choice == ResolutionAction.ASK:
            asked = [place.question_value for place in places if place.can_ask]
            chosen[resolution_field_name(row.pk)] = next(iter(asked), "")
    return chosen | {"words": request.POST.get("words", "")}


def _preview(
    request: HttpRequest,
    change_request: ScheduleChangeRequest,
    form: ResolutionsForm,
    *,
    refusal: UnresolvedConflicts | None = None,
    status: int = 200,
) -> HttpResponse:
    unlisted_problems = _add_problems(form, refusal) if refusal else []
    context = {
        "change_request": change_request,
        "form": form,
        "rows": form.rows(),
        "carried_fields": _form_fields(request),
        "refusal": refusal,
        "unlisted_problems": unlisted_problems,
        "affected_count": len(form.affected),
        "can_ask": form.can_ask,
        "answer_hours": get_clinic_or_404(request).answer_hours,
    }
    return render(request, "booking/desk/schedule/impact.html", context, status=status)


def _too_many(
    request: HttpRequest, change_request: ScheduleChangeRequest, refusal: TooManyConflicts
) -> HttpResponse:
    context = {
        "change_request": change_request,
        "refusal": refusal,
        "carried_fields": [*_form_fields(request), *choices_so_far(request)],
    }
    return render(request, "booking/desk/schedule/too_many.html", context, status=refusal.status)


def _add_problems(form: ResolutionsForm, refusal: UnresolvedConflicts) -> list[str]:
    """Add each problem to its appointment. Return those of appointments that are not shown."""
    shown = {row.pk for row in form.affected}
    for pk in shown & refusal.problems.keys():
        form.errors.pop(resolution_field_name(pk), None)
        form.add_error(resolution_field_name(pk), refusal.problems[pk])
    return [sentence for pk, sentence in refusal.problems.items() if pk not in shown]


def _form_fields(request: HttpRequest) -> list[HiddenField]:
    """Return what the form of hours has sent, without the fields of the preview itself."""
    return carried_fields(request.POST, leave_out=(*CHOICE_FIELDS, *OTHER_PREVIEW_FIELDS))


def _result_sentences(made: Counter[ResolutionAction]) -> list[str]:
    """Return how many appointments were moved, cancelled, kept and asked about, a sentence each."""
    texts = {
        ResolutionAction.MOVE: ngettext(
            "%d appointment moved.", "%d appointments moved.", made[ResolutionAction.MOVE]
        ),
        ResolutionAction.CANCEL: ngettext(
            "%d appointment cancelled.", "%d appointments cancelled.", made[ResolutionAction.CANCEL]
        ),
        ResolutionAction.ASK: ngettext(
            "%d patient is asked.", "%d patients are asked.", made[ResolutionAction.ASK]
        ),
        ResolutionAction.KEEP: ngettext(
            "%d appointment kept.", "%d appointments kept.", made[ResolutionAction.KEEP]
        ),
    }
    sentences = [text % made[choice] for choice, text in texts.items() if made[choice]]
    if any(made[choice] for choice in texts if choice != ResolutionAction.KEEP):
        sentences.append(_("The patients are told by mail."))
    return sentences
