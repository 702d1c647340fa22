"""The calendar: a day of several therapists, the week of one, or the week of all in a table."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from booking.access.roles import Ability, has_ability
from booking.forms.desk.appointments import CalendarForm
from booking.forms.desk.shown_calendar import ShownCalendarForm
from booking.models import ClinicProfile, Therapist
from booking.queries.appointments.calendar_data import load_calendar_data, shown_therapists
from booking.queries.appointments.calendar_grid import (
    load_room_grid,
    load_therapist_grid,
    week_dates,
)
from booking.queries.appointments.week_table import roster_cells
from booking.views.form_pages import get_clinic_or_404
from clinic.lib.dates import clock, date_format

WEEK_VIEW = "week"
BY_ROOMS = "rooms"


@dataclass(frozen=True, slots=True)
class CalendarFilter:
    """The part of the calendar that is shown."""

    day: date
    view: str
    by: str
    therapist: str

    def query(self, **changes: object) -> str:
        """Return the query string of this filter with some values changed."""
        values = {
            "day": self.day, "view": self.view, "by": self.by, "therapist": self.therapist,
        } | changes  # fmt: skip
        return "?" + urlencode({name: value for name, value in values.items() if value})

    @property
    def is_week(self) -> bool:
        """Whether a week is shown, not a day."""
        return self.view == WEEK_VIEW

    @property
    def is_by_rooms(self) -> bool:
        """Whether each lane is a room instead of a therapist."""
        return self.by == BY_ROOMS

    @property
    def days(self) -> list[date]:
        """The dates that are shown."""
        return week_dates(self.day) if self.is_week else [self.day]

    @property
    def step(self) -> timedelta:
        return timedelta(days=7 if self.is_week else 1)

    @property
    def title(self) -> str:
        """The heading of the page: the day, or the first day of the week."""
        if self.is_week:
            return _("Week of %(day)s") % {"day": date_format.short_day(self.days[0])}
        return date_format.long_day(self.day)


@dataclass(frozen=True, slots=True)
class CalendarTab:
    """A link to another view of the calendar."""

    label: str
    url: str
    is_current: bool


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """GET /desk/calendar/?day=&view=&by=&therapist=. Ignores unreadable parameters, with 400."""
    clinic, now = get_clinic_or_404(request), clock.now()
    today = clinic.today(now)
    form = CalendarForm(request.GET)
    is_valid = form.is_valid()
    data = form.cleaned_data
    may_see_all = has_ability(request.user, Ability.ALL_APPOINTMENTS)
    calendar_filter = CalendarFilter(
        day=data.get("day") or today,
        view=data.get("view") or "day",
        by=data.get("by", "") if may_see_all else "",
        therapist=data.get("therapist", ""),
    )
    therapists = shown_therapists(request.user, clinic, calendar_filter.days)
    chosen = calendar_filter.therapist
    shown = [row for row in therapists if chosen in ("", row.slug)] or therapists
    chosen_therapist = shown[0] if len(shown) == 1 else None
    context = {
        "calendar_filter": calendar_filter,
        "shown_calendar_form": ShownCalendarForm(
            therapists, chosen_therapist, day=calendar_filter.day
        ),
        "today": today,
        "problem": "" if is_valid else next(iter(form.errors.values()))[0],
        "therapists": therapists,
        "chosen_therapist": chosen_therapist,
        "now": now,
        "links": _links(calendar_filter, today),
        "tabs": _tabs(calendar_filter, has_rooms=len(therapists) > 1),
        "book_url": _book_url(calendar_filter.day, chosen_therapist),
    }
    template, more = _template_and_context(request, clinic, calendar_filter, shown, now)
    return render(request, template, context | more, status=200 if is_valid else 400)


def _template_and_context(
    request: HttpRequest,
    clinic: ClinicProfile,
    calendar_filter: CalendarFilter,
    therapists: list[Therapist],
    now: datetime,
) -> tuple[str, dict[str, Any]]:
    """Return the template of a view and its own context."""
    user = request.user
    if calendar_filter.is_week and len(therapists) > 1:
        days = calendar_filter.days
        loaded = load_calendar_data(user, clinic, therapists, days, now)
        rows = list(zip(therapists, roster_cells(loaded, therapists, days), strict=True))
        return "booking/desk/calendar/week.html", {
            "days": days,
            "rows": rows,
            "cancelled_or_missed": loaded.cancelled_or_missed,
        }
    if calendar_filter.is_week:
        grid = load_therapist_grid(user, clinic, therapists, calendar_filter.days, now)
    elif calendar_filter.is_by_rooms:
        grid = load_room_grid(user, clinic, therapists, calendar_filter.day, now)
    else:
        grid = load_therapist_grid(user, clinic, therapists, calendar_filter.days, now)
    return "booking/desk/calendar/calendar.html", {"grid": grid}


def _links(calendar_filter: CalendarFilter, today: date) -> dict[str, str]:
    return {
        "before": calendar_filter.query(day=calendar_filter.day - calendar_filter.step),
        "after": calendar_filter.query(day=calendar_filter.day + calendar_filter.step),
        "today": calendar_filter.query(day=today),
    }


def _tabs(calendar_filter: CalendarFilter, *, has_rooms: bool) -> list[CalendarTab]:
    """Return the views: day, week and, if several therapists are shown, rooms."""
    is_week, is_by_rooms = calendar_filter.is_week, calendar_filter.is_by_rooms
    tabs = [
        CalendarTab(_("Day"), calendar_filter.query(view=""), not is_week and not is_by_rooms),
        CalendarTab(_("Week"), calendar_filter.query(view=WEEK_VIEW, by=""), is_week),
    ]
    if has_rooms:
        url = calendar_filter.query(by=BY_ROOMS, view="", therapist="")
        tabs.append(CalendarTab(_("Rooms"), url, is_by_rooms))
    return tabs


def _book_url(day: date, therapist: Therapist | None) -> str:
    """Return the address of the page that books by phone, on a day and with a therapist if one is
    chosen."""
    values = {"day": str(day)} | ({"therapist": therapist.slug} if therapist else {})
    return f"{reverse('desk-book')}?{urlencode(values)}"
