"""The preview of a change of hours or a switch, and the step that saves it.

Every form of hours ends here, and so does switching a therapist or a room off. What was typed
and chosen is carried in hidden fields, so nothing is saved before the last step:

    form --> no appointment is affected ----------------> saved
      ^ \\--> preview: a choice for each appointment --/
      \\--------- back, with everything typed --/
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypedDict

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking.actions.actor import Actor
from booking.actions.schedule.change_schedule import change_schedule, settle_part
from booking.errors import TooManyConflicts, UnresolvedConflicts
from booking.forms.desk.resolutions import (
    ProposalsByAppointment,
    ResolutionsForm,
    resolution_field_name,
)
from booking.inputs import (
    Resolution,
    ResolutionAction,
    ResourceChange,
    ScheduleChange,
    WeeklyHoursChange,
)
from booking.models import Appointment
from booking.queries.availability.proposals import find_proposals
from booking.queries.schedule.ask_obstacles import find_ask_obstacles
from booking.queries.schedule.impact import MAX_AFFECTED, find_impact, unsettled
from booking.queries.schedule.weekly_patterns import with_planned_end
from booking.views.form_pages import get_clinic_or_404, staff_actor
from clinic.lib.dates import clock
from clinic.lib.http.carried_fields import HiddenField, carried_fields
from clinic.lib.http.form_pages import HTTP_UNPROCESSABLE, see_other

STEP_CONFIRM, STEP_EDIT, STEP_CHOOSE_FOR_ALL = "settle", "edit", "all"
MAX_UNFOLDED = 5
"""Up to this many appointments are listed with their choices; more are counted first."""
CHOICE_FIELDS = ("choice-", "words")
PARTS_FIELD = "parts"
OTHER_PREVIEW_FIELDS = ("step", "shown", PARTS_FIELD, "copy-", "fill-")


class ChangeArguments(TypedDict):
    """The arguments that `change_schedule` and `settle_part` have in common."""

    resolutions: Mapping[int, Resolution]
    by: Actor
    message_to_patients: str


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
        return isinstance(self.change, ResourceChange)


def is_back_to_form(request: HttpRequest) -> bool:
    """Return whether the preview's button "Change it" was pressed: show the form as typed."""
    return request.POST.get("step") == STEP_EDIT


def choices_so_far(request: HttpRequest) -> list[HiddenField]:
    """Return what was chosen on a preview before, for the form to carry to the next preview."""
    return carried_fields(request.POST, only=CHOICE_FIELDS)


@dataclass(frozen=True, slots=True)
class _Part:
    """The appointments that one page resolves, with the proposals for each.

    `more` is how many are left for later pages; `in_parts` says that there are several pages.
    """

    affected: Sequence[Appointment]
    proposals: ProposalsByAppointment
    ask_obstacles: Mapping[int, Promise]
    more: int
    in_parts: bool


def save_or_preview(request: HttpRequest, change_request: ScheduleChangeRequest) -> HttpResponse:
    """Save the change if every affected appointment is resolved; else show the preview.

    More than MAX_AFFECTED appointments are resolved on several pages, the earliest first.
    """
    step, _space, choice = request.POST.get("step", "").partition(" ")
    part = _next_part(request, change_request)
    if step == STEP_CONFIRM:
        return _confirm(request, change_request, part)
    if part.affected or step == STEP_CHOOSE_FOR_ALL:
        initial = _initial_choices(request, part.affected, part.proposals, choice)
        form = _form(change_request, part, initial=initial)
        return _preview(request, change_request, form, part)
    return _save(request, change_request, part, resolutions={}, message_to_patients="")


def _next_part(request: HttpRequest, change_request: ScheduleChangeRequest) -> _Part:
    """Return the affected appointments that the next page resolves."""
    clinic, now, change = get_clinic_or_404(request), clock.now(), change_request.change
    if isinstance(change, WeeklyHoursChange):
        change = with_planned_end(change)
    affected = find_impact(change, clinic, now).affected
    in_parts = PARTS_FIELD in request.POST or len(affected) > MAX_AFFECTED
    if in_parts:
        affected = unsettled(affected, change)
    first, more = affected[:MAX_AFFECTED], len(affected[MAX_AFFECTED:])
    proposals = find_proposals(first, change, clinic, now)
    obstacles = find_ask_obstacles(first, proposals, clinic, now)
    return _Part(first, proposals, obstacles, more, in_parts)


def _form(
    change_request: ScheduleChangeRequest,
    part: _Part,
    data: QueryDict | None = None,
    *,
    initial: Mapping[str, str] | None = None,
) -> ResolutionsForm:
    return ResolutionsForm(
        data,
        initial=initial,
        affected=part.affected,
        proposals=part.proposals,
        ask_obstacles=part.ask_obstacles,
        is_switch=change_request.is_switch,
    )


def _confirm(
    request: HttpRequest, change_request: ScheduleChangeRequest, part: _Part
) -> HttpResponse:
    """Save the change with the chosen resolutions, if each appointment has one."""
    form = _form(change_request, part, request.POST)
    if not form.is_valid():
        return _preview(request, change_request, form, part, status=HTTP_UNPROCESSABLE)
    message_to_patients = form.cleaned_data["words"]
    return _save(
        request,
        change_request,
        part,
        resolutions=form.resolutions(),
        message_to_patients=message_to_patients,
    )


def _save(
    request: HttpRequest,
    change_request: ScheduleChangeRequest,
    part: _Part,
    *,
    resolutions: Mapping[int, Resolution],
    message_to_patients: str,
) -> HttpResponse:
    change, by = change_request.change, staff_actor(request)
    chosen: ChangeArguments = {
        "resolutions": resolutions,
        "by": by,
        "message_to_patients": message_to_patients,
    }
    try:
        if part.more:
            made = settle_part(change, **chosen)
        else:
            made = change_schedule(change, in_parts=part.in_parts, **chosen)
    except (UnresolvedConflicts, TooManyConflicts) as refusal:
        part = _next_part(request, change_request)
        form = _form(change_request, part, request.POST)
        return _preview(request, change_request, form, part, refusal=refusal)
    sentences = _result_sentences(made)
    if part.more:
        messages.success(request, " ".join(sentences))
        return _preview_rest(request, change_request)
    messages.success(request, " ".join([change_request.success_message, *sentences]))
    return see_other(change_request.return_url)


def _preview_rest(request: HttpRequest, change_request: ScheduleChangeRequest) -> HttpResponse:
    """Render the page for the next affected appointments."""
    part = _next_part(request, change_request)
    initial = {"words": request.POST.get("words", "")}
    form = _form(change_request, part, initial=initial)
    return _preview(request, change_request, form, replace(part, in_parts=True))


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
            chosen[resolution_field_name(row.pk)] = places[0].move_choice
        elif choice == ResolutionAction.ASK:
            asked = [place.ask_choice for place in places if place.can_ask]
            chosen |= {resolution_field_name(row.pk): value for value in asked[:1]}
    return chosen | {"words": request.POST.get("words", "")}


def _preview(
    request: HttpRequest,
    change_request: ScheduleChangeRequest,
    form: ResolutionsForm,
    part: _Part,
    *,
    refusal: UnresolvedConflicts | TooManyConflicts | None = None,
    status: int = 200,
) -> HttpResponse:
    problems = refusal.problems if isinstance(refusal, UnresolvedConflicts) else {}
    unlisted_problems = _add_problems(form, problems)
    context = {
        "change_request": change_request,
        "form": form,
        "rows": form.rows(),
        "carried_fields": _form_fields(request),
        "refusal": refusal,
        "unlisted_problems": unlisted_problems,
        "affected_count": len(form.affected),
        "is_folded": len(form.affected) > MAX_UNFOLDED and not form.errors and refusal is None,
        "more_count": part.more,
        "all_count": len(form.affected) + part.more,
        "in_parts": part.in_parts,
        "can_ask": form.can_ask,
        "answer_hours": get_clinic_or_404(request).answer_hours,
    }
    status = refusal.status if refusal is not None else status
    return render(request, "booking/desk/schedule/impact.html", context, status=status)


def _add_problems(form: ResolutionsForm, problems: Mapping[int, str]) -> list[str]:
    """Add each problem to its appointment. Return those of appointments that are not shown."""
    shown = {row.pk for row in form.affected}
    for pk in shown & problems.keys():
        form.errors.pop(resolution_field_name(pk), None)
        form.add_error(resolution_field_name(pk), problems[pk])
    return [sentence for pk, sentence in problems.items() if pk not in shown]


def _form_fields(request: HttpRequest) -> list[HiddenField]:
    """Return what the form of hours has sent, without the fields of the preview itself."""
    return carried_fields(request.POST, leave_out=(*CHOICE_FIELDS, *OTHER_PREVIEW_FIELDS))


def _result_sentences(made: Counter[ResolutionAction]) -> list[str]:
    """Return a sentence each for how many appointments were moved, canceled, kept and asked
    about."""
    texts = {
        ResolutionAction.MOVE: ngettext(
            "%d appointment moved.", "%d appointments moved.", made[ResolutionAction.MOVE]
        ),
        ResolutionAction.CANCEL: ngettext(
            "%d appointment canceled.", "%d appointments canceled.", made[ResolutionAction.CANCEL]
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
