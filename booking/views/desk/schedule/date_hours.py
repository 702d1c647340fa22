"""Other hours on one date."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.forms.desk.hours import FARTHEST, DayForm, Draft
from booking.inputs import DayChange, WallSpan
from booking.models import ClinicProfile, DateException, Therapist
from booking.queries.schedule.weekly_patterns import period_on, periods_of
from booking.views.desk.schedule.common import of_therapist, today
from booking.views.desk.schedule.impact import Asked, goes_back, settle
from clinic.lib.dates import date_format


@require_http_methods(["GET", "HEAD", "POST"])
@of_therapist
def one_day(request: HttpRequest, therapist: Therapist, clinic: ClinicProfile) -> HttpResponse:
    """GET shows the hours of a date (?day=); POST edits the rows, saves or removes them."""
    day = today(clinic)
    if request.method != "POST":
        chosen = _date(request.GET.get("day"), day)
        usual, exception = _usual(therapist, chosen), _exception(therapist, chosen)
        spans = usual if exception is None else list(_spans(exception))
        draft = Draft.of((0, *span) for span in spans)
        initial = {"day": chosen, "note": exception.note if exception else ""}
        form = DayForm(initial=initial, draft=draft, today=day, clinic=clinic)
        return _page(request, therapist, form, chosen)
    draft = Draft.sent(request.POST)
    if draft.edit(request.POST.get("do", "")) or goes_back(request):
        typed = {name: request.POST.get(name, "") for name in ("day", "note")}
        form = DayForm(initial=typed, draft=draft, today=day, clinic=clinic)
        return _page(request, therapist, form, _date(typed["day"], day))
    form = DayForm(request.POST, draft=draft, today=day, clinic=clinic)
    if not form.is_valid():
        return _page(request, therapist, form, _date(request.POST.get("day"), day))
    return _save(request, therapist, form, removes=request.POST.get("do") == "remove")


def _save(
    request: HttpRequest, therapist: Therapist, form: DayForm, *, removes: bool
) -> HttpResponse:
    chosen: date = form.cleaned_data["day"]
    spans = None if removes else form.spans
    said = {"name": therapist.name, "day": date_format.long_day(chosen)}
    words = _("Other hours of %(name)s on %(day)s")
    if removes:
        words = _("The weekly hours of %(name)s again on %(day)s")
    elif not spans:
        words = _("A day off for %(name)s on %(day)s")
    asked = Asked(
        change=DayChange(therapist.pk, chosen, spans, form.cleaned_data["note"]),
        words=words % said,
        done=_("Saved: %(day)s.") % said,
        back=reverse("desk-schedule-of", args=[therapist.slug]),
    )
    return settle(request, asked)


def _page(request: HttpRequest, therapist: Therapist, form: DayForm, chosen: date) -> HttpResponse:
    context = {
        "therapist": therapist,
        "form": form,
        "rows": form.days()[0],
        "chosen": chosen,
        "usual": _usual(therapist, chosen),
        "exception": _exception(therapist, chosen),
    }
    status = 422 if form.is_bound else 200
    return render(request, "booking/desk/schedule/day.html", context, status=status)


def _usual(therapist: Therapist, day: date) -> list[WallSpan]:
    """What the weekly hours say about a date."""
    week = period_on(periods_of(therapist.pk), day).week
    return [(starts, ends) for weekday, starts, ends in week if weekday == day.weekday()]


def _exception(therapist: Therapist, day: date) -> DateException | None:
    found = DateException.objects.filter(therapist=therapist, day=day)
    return found.prefetch_related("spans").first()


def _spans(exception: DateException) -> list[WallSpan]:
    return [(span.starts, span.ends) for span in exception.spans.all()]


def _date(text: str | None, day: date) -> date:
    """A date that can be changed; for anything else today."""
    try:
        found = parse_date(text or "")
    except ValueError:
        found = None
    return found if found and day <= found <= day + FARTHEST else day
