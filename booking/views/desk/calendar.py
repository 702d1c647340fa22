"""The calendar: a day side by side, one therapist's week, or everybody's week in a table."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from booking.access.roles import Ability, has_ability
from booking.access.scope import therapists_with_visible_calendar
from booking.forms.desk.appointments import CalendarForm
from booking.models import ClinicProfile, Therapist
from booking.queries.appointments.calendar_grid import (
    load_calendar_data,
    load_room_grid,
    load_therapist_grid,
    week_dates,
)
from booking.queries.appointments.week_table import roster_cells
from booking.views.form_pages import get_clinic_or_404
from clinic.lib.dates import clock

WEEK_VIEW = "week"
BY_ROOMS = "rooms"


@dataclass(frozen=True, slots=True)
class CalendarFilter:
    """What of the calendar is looked at."""

    day: date
    view: str
    by: str
    therapist: str

    def query(self, **changes: object) -> str:
        """The address of another look."""
        values = {
            "day": self.day, "view": self.view, "by": self.by, "therapist": self.therapist,
        } | changes  # fmt: skip
        return "?" + urlencode({name: value for name, value in values.items() if value})

    @property
    def step(self) -> timedelta:
        return timedelta(days=7 if self.view == WEEK_VIEW else 1)


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """GET /desk/calendar/. What cannot be read is left aside, and said so."""
    clinic, now = get_clinic_or_404(request), clock.now()
    today = clinic.today(now)
    form = CalendarForm(request.GET)
    fine = form.is_valid()
    asked = form.cleaned_data
    may_see_all = has_ability(request.user, Ability.ALL_APPOINTMENTS)
    calendar_filter = CalendarFilter(
        day=asked.get("day") or today,
        view=asked.get("view") or "day",
        by=asked.get("by", "") if may_see_all else "",
        therapist=asked.get("therapist", ""),
    )
    therapists = list(therapists_with_visible_calendar(request.user))
    shown = [one for one in therapists if calendar_filter.therapist in ("", one.slug)] or therapists
    context = {
        "calendar_filter": calendar_filter,
        "today": today,
        "problem": "" if fine else next(iter(form.errors.values()))[0],
        "therapists": therapists,
        "only": shown[0] if len(shown) == 1 else None,
        "now": now,
        "links": _links(calendar_filter, today),
    }
    template, more = _template_and_context(request, clinic, calendar_filter, shown, now)
    return render(request, template, context | more, status=200 if fine else 400)


def _template_and_context(
    request: HttpRequest,
    clinic: ClinicProfile,
    calendar_filter: CalendarFilter,
    therapists: list[Therapist],
    now: datetime,
) -> tuple[str, dict[str, Any]]:
    """The template of a look, and what it draws."""
    user = request.user
    if calendar_filter.view == WEEK_VIEW and len(therapists) > 1:
        days = week_dates(calendar_filter.day)
        loaded = load_calendar_data(user, clinic, therapists, days, now)
        rows = list(zip(therapists, roster_cells(loaded, therapists, days), strict=True))
        return "booking/desk/calendar/week.html", {"days": days, "rows": rows, "gone": loaded.gone}
    if calendar_filter.view == WEEK_VIEW:
        board = load_therapist_grid(user, clinic, therapists, week_dates(calendar_filter.day), now)
    elif calendar_filter.by == BY_ROOMS:
        board = load_room_grid(user, clinic, therapists, calendar_filter.day, now)
    else:
        board = load_therapist_grid(user, clinic, therapists, [calendar_filter.day], now)
    return "booking/desk/calendar/calendar.html", {"board": board}


def _links(calendar_filter: CalendarFilter, today: date) -> dict[str, str]:
    return {
        "before": calendar_filter.query(day=calendar_filter.day - calendar_filter.step),
        "after": calendar_filter.query(day=calendar_filter.day + calendar_filter.step),
        "today": calendar_filter.query(day=today),
        "day": calendar_filter.query(view=""),
        "week": calendar_filter.query(view=WEEK_VIEW, by=""),
        "therapists": calendar_filter.query(by=""),
        "rooms": calendar_filter.query(by=BY_ROOMS, view="", therapist=""),
    }
