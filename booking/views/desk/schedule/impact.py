"""The preview of what a change of hours does, and the step that does it all.

Every form of hours ends here. What was typed travels along in hidden fields, so nothing is
saved, and nothing kept, before the last press:

    form --> nobody loses anything --------------------> saved
      ^ \\--> preview: a choice for each appointment --/
      \\--------- back, with everything typed --/
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
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
from booking.inputs import Resolution, ResolutionAction, ScheduleChange, WeeklyHoursChange
from booking.models import Appointment
from booking.queries.availability.proposals import find_proposals
from booking.queries.schedule.impact import MAX_AFFECTED, find_impact
from booking.queries.schedule.weekly_patterns import with_planned_end
from booking.views.desk.schedule.common import get_clinic_or_404, staff_actor
from clinic.lib.dates import clock

STEP_CONFIRM, STEP_EDIT, STEP_CHOOSE_FOR_ALL = "settle", "edit", "all"
NOT_CARRIED_OVER = ("csrfmiddlewaretoken", "step", "shown", "words", "choice-", "copy-", "fill-")
UNPROCESSABLE = 422


@dataclass(frozen=True, slots=True)
class ScheduleChangeRequest:
    """A change of hours, in words, and where to go when it is done."""

    change: ScheduleChange
    words: str
    done: str
    back: str


def is_back_to_form(request: HttpRequest) -> bool:
    """Whether the preview's button "Change it" was pressed: show the form again, as typed."""
    return request.POST.get("step") == STEP_EDIT


def save_or_preview(request: HttpRequest, change_request: ScheduleChangeRequest) -> HttpResponse:
    """Save at once if nobody loses anything; else show who does, or do what was chosen."""
    step, _space, choice = request.POST.get("step", "").partition(" ")
    lost, proposals = _affected_and_proposals(request, change_request)
    if len(lost) > MAX_AFFECTED:
        return _too_many(request, change_request, TooManyConflicts(len(lost), MAX_AFFECTED))
    if step == STEP_CHOOSE_FOR_ALL:
        initial = _chosen_for_all(request, lost, proposals, choice)
        form = ResolutionsForm(initial=initial, lost=lost, proposals=proposals)
        return _preview(request, change_request, form)
    if step == STEP_CONFIRM:
        return _confirm(
            request, change_request, ResolutionsForm(request.POST, lost=lost, proposals=proposals)
        )
    if lost:
        return _preview(request, change_request, ResolutionsForm(lost=lost, proposals=proposals))
    return _save(request, change_request, resolutions={}, words="")


def _affected_and_proposals(
    request: HttpRequest, change_request: ScheduleChangeRequest
) -> tuple[Sequence[Appointment], ProposalsByAppointment]:
    """Who loses their time, and where they could go."""
    clinic, now, change = get_clinic_or_404(request), clock.now(), change_request.change
    if isinstance(change, WeeklyHoursChange):
        change = with_planned_end(change)
    lost = find_impact(change, clinic, now).lost
    return lost, find_proposals(lost, change, clinic, now) if len(lost) <= MAX_AFFECTED else {}


def _confirm(
    request: HttpRequest, change_request: ScheduleChangeRequest, form: ResolutionsForm
) -> HttpResponse:
    """Do what was chosen."""
    if not form.is_valid():
        return _preview(request, change_request, form, status=UNPROCESSABLE)
    words = form.cleaned_data["words"]
    return _save(request, change_request, resolutions=form.resolutions(), words=words)


def _save(
    request: HttpRequest,
    change_request: ScheduleChangeRequest,
    *,
    resolutions: Mapping[int, Resolution],
    words: str,
) -> HttpResponse:
    by = staff_actor(request)
    try:
        made = change_schedule(change_request.change, resolutions=resolutions, by=by, words=words)
    except UnresolvedConflicts as refusal:
        lost, proposals = _affected_and_proposals(request, change_request)
        form = ResolutionsForm(request.POST, lost=lost, proposals=proposals)
        return _preview(request, change_request, form, refusal=refusal, status=refusal.status)
    except TooManyConflicts as refusal:
        return _too_many(request, change_request, refusal)
    messages.success(request, " ".join([change_request.done, *_result_sentences(made)]))
    return HttpResponseRedirect(change_request.back)


def _chosen_for_all(
    request: HttpRequest,
    lost: Sequence[Appointment],
    proposals: ProposalsByAppointment,
    choice: str,
) -> dict[str, str]:
    """The same choice for everybody; the first suggestion, where there is one."""
    chosen = {
        resolution_field_name(row.pk): request.POST.get(resolution_field_name(row.pk), "")
        for row in lost
    }
    for row in lost:
        places = proposals.get(row.pk, ())
        if choice in (ResolutionAction.KEEP, ResolutionAction.CANCEL):
            chosen[resolution_field_name(row.pk)] = choice
        elif choice == ResolutionAction.MOVE and places:
            chosen[resolution_field_name(row.pk)] = places[0].value
    return chosen | {"words": request.POST.get("words", "")}


def _preview(
    request: HttpRequest,
    change_request: ScheduleChangeRequest,
    form: ResolutionsForm,
    *,
    refusal: UnresolvedConflicts | None = None,
    status: int = 200,
) -> HttpResponse:
    gone = _add_problems(form, refusal) if refusal else []
    context = {
        "change_request": change_request,
        "form": form,
        "rows": form.rows(),
        "typed": _carried_fields(request.POST),
        "refusal": refusal,
        "gone": gone,
        "number": len(form.lost),
    }
    return render(request, "booking/desk/schedule/impact.html", context, status=status)


def _too_many(
    request: HttpRequest, change_request: ScheduleChangeRequest, refusal: TooManyConflicts
) -> HttpResponse:
    context = {
        "change_request": change_request,
        "refusal": refusal,
        "typed": _carried_fields(request.POST),
    }
    return render(request, "booking/desk/schedule/too_many.html", context, status=refusal.status)


def _add_problems(form: ResolutionsForm, refusal: UnresolvedConflicts) -> list[str]:
    """Put each problem beside its appointment; returns those of appointments not shown."""
    shown = {row.pk for row in form.lost}
    for pk in shown & refusal.problems.keys():
        form.errors.pop(resolution_field_name(pk), None)
        form.add_error(resolution_field_name(pk), refusal.problems[pk])
    return [sentence for pk, sentence in refusal.problems.items() if pk not in shown]


def _carried_fields(data: QueryDict) -> list[tuple[str, str]]:
    """What the form of hours said, to travel along."""
    return [
        (name, str(value))
        for name in data
        for value in data.getlist(name)
        if not name.startswith(NOT_CARRIED_OVER)
    ]


def _result_sentences(made: Counter[ResolutionAction]) -> list[str]:
    """What has become of the appointments, a sentence a kind."""
    sentences = {
        ResolutionAction.MOVE: ngettext(
            "%d appointment moved.", "%d appointments moved.", made[ResolutionAction.MOVE]
        ),
        ResolutionAction.CANCEL: ngettext(
            "%d appointment cancelled.", "%d appointments cancelled.", made[ResolutionAction.CANCEL]
        ),
        ResolutionAction.KEEP: ngettext(
            "%d appointment kept.", "%d appointments kept.", made[ResolutionAction.KEEP]
        ),
    }
    said = [text % made[choice] for choice, text in sentences.items() if made[choice]]
    if made[ResolutionAction.MOVE] or made[ResolutionAction.CANCEL]:
        said.append(_("The patients are told by mail."))
    return said
