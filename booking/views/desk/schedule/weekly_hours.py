"""The editor of a therapist's weekly hours."""

from collections.abc import Sequence
from datetime import date

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from booking.access.scope import therapists_with_visible_schedule
from booking.forms.desk.copy_hours import CopyDayForm, FillWeekForm
from booking.forms.desk.hours import HoursDraft, WeeklyHoursForm
from booking.inputs import WeeklyHoursChange, WeeklySpans
from booking.models import ClinicProfile, Therapist
from booking.models.schedule import Weekday
from booking.queries.schedule.weekly_patterns import (
    PatternPeriod,
    current_and_planned_periods,
    fingerprint_periods,
    pattern_period_on,
    pattern_periods,
)
from booking.views.desk.schedule.impact import (
    ScheduleChangeRequest,
    choices_so_far,
    is_back_to_form,
    save_or_preview,
)
from booking.views.desk.schedule.load_therapist import with_therapist
from booking.views.desk.schedule.weekday_rows import weekday_rows
from clinic.lib.dates import clock, date_format
from clinic.lib.http.form_pages import HTTP_UNPROCESSABLE


@require_http_methods(["GET", "HEAD", "POST"])
@with_therapist
def edit_weekly_hours(
    request: HttpRequest, therapist: Therapist, clinic: ClinicProfile
) -> HttpResponse:
    """GET shows the hours in force from a date on (?from=); POST edits rows or saves them."""
    day, periods = clinic.today(clock.now()), pattern_periods(therapist.pk)
    if request.method != "POST":
        first = max(_parse_date(request.GET.get("from")) or day, day)
        draft = HoursDraft.from_spans(pattern_period_on(periods, first).week)
        return _page(request, therapist, periods, draft=draft, day=day, first=first)
    draft = HoursDraft.from_post(request.POST)
    result = _apply_command(request, draft, periods, day)
    if result is not None or is_back_to_form(request):
        return _page(request, therapist, periods, draft=draft, day=day, result=result or "")
    form = WeeklyHoursForm(
        request.POST, draft=draft, today=day, current_fingerprint=fingerprint_periods(periods)
    )
    if not form.is_valid():
        return _page(request, therapist, periods, draft=draft, day=day, form=form)
    return _save(request, therapist, form)


def _save(request: HttpRequest, therapist: Therapist, form: WeeklyHoursForm) -> HttpResponse:
    first: date = form.cleaned_data["first"]
    values = {"name": therapist.name, "day": date_format.long_day(first)}
    change_request = ScheduleChangeRequest(
        change=WeeklyHoursChange(therapist.pk, first, form.week),
        summary=_("New weekly hours of %(name)s, from %(day)s on") % values,
        success_message=_("The weekly hours are saved."),
        return_url=reverse("desk-therapist-schedule", args=[therapist.slug]),
    )
    return save_or_preview(request, change_request)


def _apply_command(
    request: HttpRequest, draft: HoursDraft, periods: Sequence[PatternPeriod], day: date
) -> str | None:
    """Apply a button of the editor. Return what was done, or None if it was another button."""
    command = request.POST.get("do", "")
    if command == "copy":
        return _copy_day(request.POST, draft)
    if command == "fill":
        week = _other_week(request, periods, day)
        if week is None:
            return _("Please choose which hours to copy.")
        draft.rows = HoursDraft.from_spans(week).rows
        return _("Copied. Nothing is saved yet.")
    return _("Changed. Nothing is saved yet.") if draft.apply_command(command) else None


def _copy_day(data: QueryDict, draft: HoursDraft) -> str:
    chosen = data.get("copy-day", "")
    days = {str(day.value) for day in Weekday}
    other_days = [int(day) for day in data.getlist("copy-to") if day in days and day != chosen]
    if chosen not in days or not other_days:
        return _("Please choose a day to copy, and at least one day to copy it to.")
    draft.copy_rows(int(chosen), other_days)
    return _("Copied. Nothing is saved yet.")


def _other_week(
    request: HttpRequest, periods: Sequence[PatternPeriod], day: date
) -> WeeklySpans | None:
    """Return the week to copy from: of another time, or of a colleague."""
    kind, _colon, value = request.POST.get("fill-from", "").partition(":")
    if kind == "from":
        return next((period.week for period in periods if f"{period.first or ''}" == value), None)
    if kind == "of":
        colleagues = (
            therapist
            for therapist in therapists_with_visible_schedule(request.user)
            if therapist.slug == value
        )
        colleague = next(colleagues, None)
        if colleague is not None:
            return pattern_period_on(pattern_periods(colleague.pk), day).week
    return None


def _page(
    request: HttpRequest,
    therapist: Therapist,
    periods: Sequence[PatternPeriod],
    *,
    draft: HoursDraft,
    day: date,
    form: WeeklyHoursForm | None = None,
    **more: object,
) -> HttpResponse:
    seen = fingerprint_periods(periods)
    status = 200 if form is None else HTTP_UNPROCESSABLE
    if form is None:
        typed = request.POST.get("first") if request.method == "POST" else more.get("first")
        known = request.POST.get("seen", "")[:64] or seen
        initial = {"first": typed or day, "seen": known}
        form = WeeklyHoursForm(initial=initial, draft=draft, today=day, current_fingerprint=seen)
    colleagues = (
        therapists_with_visible_schedule(request.user)
        .filter(is_active=True)
        .exclude(pk=therapist.pk)
    )
    context = {
        "therapist": therapist,
        "form": form,
        "seen": seen if form.is_bound else form["seen"].value(),
        "periods": [
            (period, weekday_rows(period.week))
            for period in current_and_planned_periods(periods, day)
        ],
        "copy_form": CopyDayForm(),
        "fill_form": FillWeekForm(
            therapist=therapist, periods=periods, colleagues=list(colleagues)
        ),
        "carried_fields": choices_so_far(request),
        **more,
    }
    return render(request, "booking/desk/schedule/hours.html", context, status=status)


def _parse_date(text: str | None) -> date | None:
    """Parse a date (ISO 8601). Anything else is None."""
    try:
        return parse_date(text or "")
    except ValueError:
        return None
