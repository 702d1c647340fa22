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
from booking.errors import NotSettled, TooManyLose
from booking.forms.desk.resolutions import Proposals, ResolveForm, name_of
from booking.inputs import Change, Choice, Resolution, WeekChange
from booking.models import Appointment
from booking.queries.availability.proposals import propose
from booking.queries.schedule.impact import MOST_LOST, impact_of
from booking.queries.schedule.weekly_patterns import planned_week
from booking.views.desk.schedule.common import clinic_of, staff
from clinic.lib.dates import clock

SETTLE, EDIT, ALL = "settle", "edit", "all"
NOT_TYPED = ("csrfmiddlewaretoken", "step", "shown", "words", "choice-", "copy-", "fill-")
UNREADABLE = 422


@dataclass(frozen=True, slots=True)
class Asked:
    """A change of hours, in words, and where to go when it is done."""

    change: Change
    words: str
    done: str
    back: str


def goes_back(request: HttpRequest) -> bool:
    """Whether the preview's button "Change it" was pressed: show the form again, as typed."""
    return request.POST.get("step") == EDIT


def settle(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Save at once if nobody loses anything; else show who does, or do what was chosen."""
    step, _space, choice = request.POST.get("step", "").partition(" ")
    lost, proposals = _lost(request, asked)
    if len(lost) > MOST_LOST:
        return _too_many(request, asked, TooManyLose(len(lost), MOST_LOST))
    if step == ALL:
        initial = _chosen_for_all(request, lost, proposals, choice)
        form = ResolveForm(initial=initial, lost=lost, proposals=proposals)
        return _preview(request, asked, form)
    if step == SETTLE:
        return _settle(request, asked, ResolveForm(request.POST, lost=lost, proposals=proposals))
    if lost:
        return _preview(request, asked, ResolveForm(lost=lost, proposals=proposals))
    return _save(request, asked, resolutions={}, words="")


def _lost(request: HttpRequest, asked: Asked) -> tuple[Sequence[Appointment], Proposals]:
    """Who loses their time, and where they could go."""
    clinic, now, change = clinic_of(request), clock.now(), asked.change
    if isinstance(change, WeekChange):
        change = planned_week(change)
    lost = impact_of(change, clinic, now).lost
    return lost, propose(lost, change, clinic, now) if len(lost) <= MOST_LOST else {}


def _settle(request: HttpRequest, asked: Asked, form: ResolveForm) -> HttpResponse:
    """Do what was chosen."""
    if not form.is_valid():
        return _preview(request, asked, form, status=UNREADABLE)
    words = form.cleaned_data["words"]
    return _save(request, asked, resolutions=form.resolutions(), words=words)


def _save(
    request: HttpRequest, asked: Asked, *, resolutions: Mapping[int, Resolution], words: str
) -> HttpResponse:
    by = staff(request)
    try:
        made = change_schedule(asked.change, resolutions=resolutions, by=by, words=words)
    except NotSettled as refusal:
        lost, proposals = _lost(request, asked)
        form = ResolveForm(request.POST, lost=lost, proposals=proposals)
        return _preview(request, asked, form, refusal=refusal, status=refusal.status)
    except TooManyLose as refusal:
        return _too_many(request, asked, refusal)
    messages.success(request, " ".join([asked.done, *_in_words(made)]))
    return HttpResponseRedirect(asked.back)


def _chosen_for_all(
    request: HttpRequest, lost: Sequence[Appointment], proposals: Proposals, choice: str
) -> dict[str, str]:
    """The same choice for everybody; the first suggestion, where there is one."""
    chosen = {name_of(row.pk): request.POST.get(name_of(row.pk), "") for row in lost}
    for row in lost:
        places = proposals.get(row.pk, ())
        if choice in (Choice.KEEP, Choice.CANCEL):
            chosen[name_of(row.pk)] = choice
        elif choice == Choice.MOVE and places:
            chosen[name_of(row.pk)] = places[0].value
    return chosen | {"words": request.POST.get("words", "")}


def _preview(
    request: HttpRequest,
    asked: Asked,
    form: ResolveForm,
    *,
    refusal: NotSettled | None = None,
    status: int = 200,
) -> HttpResponse:
    gone = _tell(form, refusal) if refusal else []
    context = {
        "asked": asked,
        "form": form,
        "rows": form.rows(),
        "typed": _typed(request.POST),
        "refusal": refusal,
        "gone": gone,
        "number": len(form.lost),
    }
    return render(request, "booking/desk/schedule/impact.html", context, status=status)


def _too_many(request: HttpRequest, asked: Asked, refusal: TooManyLose) -> HttpResponse:
    context = {"asked": asked, "refusal": refusal, "typed": _typed(request.POST)}
    return render(request, "booking/desk/schedule/too_many.html", context, status=refusal.status)


def _tell(form: ResolveForm, refusal: NotSettled) -> list[str]:
    """Put each problem beside its appointment; returns those of appointments not shown."""
    shown = {row.pk for row in form.lost}
    for pk in shown & refusal.problems.keys():
        form.errors.pop(name_of(pk), None)
        form.add_error(name_of(pk), refusal.problems[pk])
    return [sentence for pk, sentence in refusal.problems.items() if pk not in shown]


def _typed(data: QueryDict) -> list[tuple[str, str]]:
    """What the form of hours said, to travel along."""
    return [
        (name, str(value))
        for name in data
        for value in data.getlist(name)
        if not name.startswith(NOT_TYPED)
    ]


def _in_words(made: Counter[Choice]) -> list[str]:
    """What has become of the appointments, a sentence a kind."""
    sentences = {
        Choice.MOVE: ngettext("%d appointment moved.", "%d appointments moved.", made[Choice.MOVE]),
        Choice.CANCEL: ngettext(
            "%d appointment cancelled.", "%d appointments cancelled.", made[Choice.CANCEL]
        ),
        Choice.KEEP: ngettext("%d appointment kept.", "%d appointments kept.", made[Choice.KEEP]),
    }
    said = [text % made[choice] for choice, text in sentences.items() if made[choice]]
    if made[Choice.MOVE] or made[Choice.CANCEL]:
        said.append(_("The patients are told by mail."))
    return said
