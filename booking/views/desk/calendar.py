"""The calendar: a day side by side, one therapist's week, or everybody's week in a table."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from booking.access.roles import Ability, may
from booking.access.scope import calendars_of
from booking.forms.desk.appointments import CalendarForm
from booking.models import ClinicProfile, Therapist
from booking.queries.appointments.calendar_grid import (
    load_board,
    load_days,
    load_rooms_board,
    week_of,
)
from booking.queries.appointments.week_table import cells_of
from booking.views.desk.common import with_clinic
from clinic.lib.dates import clock

WEEK = "week"
ROOMS = "rooms"


@dataclass(frozen=True, slots=True)
class Look:
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
        return timedelta(days=7 if self.view == WEEK else 1)


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """GET /desk/calendar/. What cannot be read is left aside, and said so."""
    clinic, now = with_clinic(request), clock.now()
    today = now.astimezone(clinic.zone).date()
    form = CalendarForm(request.GET)
    fine = form.is_valid()
    asked = form.cleaned_data
    sees_all = may(request.user, Ability.ALL_APPOINTMENTS)
    look = Look(
        day=asked.get("day") or today,
        view=asked.get("view") or "day",
        by=asked.get("by", "") if sees_all else "",
        therapist=asked.get("therapist", ""),
    )
    therapists = list(calendars_of(request.user))
    shown = [one for one in therapists if look.therapist in ("", one.slug)] or therapists
    context = {
        "look": look,
        "today": today,
        "problem": "" if fine else next(iter(form.errors.values()))[0],
        "therapists": therapists,
        "only": shown[0] if len(shown) == 1 else None,
        "now": now,
        "links": _links(look, today),
    }
    template, more = _shown(request, clinic, look, shown, now)
    return render(request, template, context | more, status=200 if fine else 400)


def _shown(
    request: HttpRequest,
    clinic: ClinicProfile,
    look: Look,
    therapists: list[Therapist],
    now: datetime,
) -> tuple[str, dict[str, Any]]:
    """The template of a look, and what it draws."""
    user = request.user
    if look.view == WEEK and len(therapists) > 1:
        days = week_of(look.day)
        loaded = load_days(user, clinic, therapists, days, now)
        rows = list(zip(therapists, cells_of(loaded, therapists, days), strict=True))
        return "booking/desk/calendar/week.html", {"days": days, "rows": rows, "gone": loaded.gone}
    if look.view == WEEK:
        board = load_board(user, clinic, therapists, week_of(look.day), now)
    elif look.by == ROOMS:
        board = load_rooms_board(user, clinic, therapists, look.day, now)
    else:
        board = load_board(user, clinic, therapists, [look.day], now)
    return "booking/desk/calendar/calendar.html", {"board": board}


def _links(look: Look, today: date) -> dict[str, str]:
    return {
        "before": look.query(day=look.day - look.step),
        "after": look.query(day=look.day + look.step),
        "today": look.query(day=today),
        "day": look.query(view=""),
        "week": look.query(view=WEEK, by=""),
        "therapists": look.query(by=""),
        "rooms": look.query(by=ROOMS, view="", therapist=""),
    }
