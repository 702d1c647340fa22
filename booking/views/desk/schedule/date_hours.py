"""The editor of a date exception: other hours on one date."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.forms.desk.copy_hours import ShownDayForm
from booking.forms.desk.hours import MAX_TIME_AHEAD, DateExceptionForm, HoursDraft
from booking.inputs import DateExceptionChange, WallClockSpan
from booking.models import ClinicProfile, DateException, Therapist
from booking.queries.schedule.weekly_patterns import pattern_period_on, pattern_periods
from booking.views.desk.schedule.impact import (
    ScheduleChangeRequest,
    choices_so_far,
    is_back_to_form,
    save_or_preview,
)
from booking.views.desk.schedule.load_therapist import with_therapist
from clinic.lib.dates import clock, date_format
from clinic.lib.http.form_pages import form_status


@require_http_methods(["GET", "HEAD", "POST"])
@with_therapist
def edit_date_exception(
    request: HttpRequest, therapist: Therapist, clinic: ClinicProfile
) -> HttpResponse:
    """GET shows the hours of a date (?day=); POST edits rows, saves or removes the exception."""
    day = clinic.today(clock.now())
    if request.method != "POST":
        chosen = _parse_date(request.GET.get("day"), day)
        weekly_spans, exception = _weekly_spans(therapist, chosen), _exception(therapist, chosen)
        spans = weekly_spans if exception is None else list(_spans(exception))
        draft = HoursDraft.from_spans((0, *span) for span in spans)
        initial = {"day": chosen, "note": exception.note if exception else ""}
        form = DateExceptionForm(initial=initial, draft=draft, today=day, clinic=clinic)
        return _page(request, therapist, form, chosen)
    draft = HoursDraft.from_post(request.POST)
    if draft.apply_command(request.POST.get("do", "")) or is_back_to_form(request):
        typed = {name: request.POST.get(name, "") for name in ("day", "note")}
        form = DateExceptionForm(initial=typed, draft=draft, today=day, clinic=clinic)
        return _page(request, therapist, form, _parse_date(typed["day"], day))
    form = DateExceptionForm(request.POST, draft=draft, today=day, clinic=clinic)
    if not form.is_valid():
        return _page(request, therapist, form, _parse_date(request.POST.get("day"), day))
    return _save(request, therapist, form, removes=request.POST.get("do") == "remove")


def _save(
    request: HttpRequest, therapist: Therapist, form: DateExceptionForm, *, removes: bool
) -> HttpResponse:
    chosen: date = form.cleaned_data["day"]
    spans = None if removes else form.spans
    values = {"name": therapist.name, "day": date_format.long_day(chosen)}
    summary = _("Other hours of %(name)s on %(day)s")
    if removes:
        summary = _("The weekly hours of %(name)s again on %(day)s")
    elif not spans:
        summary = _("A day off for %(name)s on %(day)s")
    change_request = ScheduleChangeRequest(
        change=DateExceptionChange(therapist.pk, chosen, spans, form.cleaned_data["note"]),
        summary=summary % values,
        success_message=_("Saved: %(day)s.") % values,
        return_url=reverse("desk-therapist-schedule", args=[therapist.slug]),
    )
    return save_or_preview(request, change_request)


def _page(
    request: HttpRequest, therapist: Therapist, form: DateExceptionForm, chosen: date
) -> HttpResponse:
    context = {
        "therapist": therapist,
        "form": form,
        "shown_day_form": ShownDayForm(day=chosen),
        "rows": form.days()[0],
        "chosen": chosen,
        "weekly_spans": _weekly_spans(therapist, chosen),
        "exception": _exception(therapist, chosen),
        "carried_fields": choices_so_far(request),
    }
    return render(request, "booking/desk/schedule/day.html", context, status=form_status(form))


def _weekly_spans(therapist: Therapist, day: date) -> list[WallClockSpan]:
    """Return the spans of the weekly hours on a date."""
    week = pattern_period_on(pattern_periods(therapist.pk), day).week
    return [(starts, ends) for weekday, starts, ends in week if weekday == day.weekday()]


def _exception(therapist: Therapist, day: date) -> DateException | None:
    exceptions = DateException.objects.filter(therapist=therapist, day=day)
    return exceptions.prefetch_related("spans").first()


def _spans(exception: DateException) -> list[WallClockSpan]:
    return [(span.starts, span.ends) for span in exception.spans.all()]


def _parse_date(text: str | None, day: date) -> date:
    """Parse a date (ISO 8601) that can be changed. Anything else is `day`, today."""
    try:
        parsed = parse_date(text or "")
    except ValueError:
        parsed = None
    return parsed if parsed and day <= parsed <= day + MAX_TIME_AHEAD else day
