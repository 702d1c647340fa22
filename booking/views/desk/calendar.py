"""The calendar: a day of several therapists or rooms, three days or a week of one, the week of all
to scale, and a day as a table."""

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
from booking.queries.appointments.calendar_data import shown_therapists
from booking.queries.appointments.calendar_grid import (
    load_room_grid,
    load_therapist_grid,
    week_dates,
)
from booking.queries.appointments.calendar_marks import ALL_MARKS
from booking.queries.appointments.week_table import week_rows
from booking.views.form_pages import get_clinic_or_404
from clinic.lib.dates import clock, date_format

WEEK_VIEW = "week"
THREE_DAYS_VIEW = "three"
TABLE_VIEW = "table"
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
        if self.is_week:
            return week_dates(self.day)
        length = 3 if self.view == THREE_DAYS_VIEW else 1
        return [self.day + timedelta(days=n) for n in range(length)]

    @property
    def step(self) -> timedelta:
        return timedelta(days=len(self.days))

    @property
    def title(self) -> str:
        """The heading of the page: the day, or the first day of the week."""
        if self.is_week:
            return _("Week of %(day)s") % {"day": date_format.short_day(self.days[0])}
        if self.view == THREE_DAYS_VIEW:
            first, last = date_format.short_day(self.day), date_format.short_day(self.days[-1])
            return _("%(first)s to %(last)s") % {"first": first, "last": last}
        return date_format.long_day(self.day)

    @property
    def short_title(self) -> str:
        """The heading on a phone."""
        return self.title if len(self.days) > 1 else date_format.short_day(self.day)


@dataclass(frozen=True, slots=True)
class CalendarTab:
    """A link to another view of the calendar."""

    label: str
    url: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class StripDay:
    """A link to a date of the same week."""

    day: date
    url: str
    is_shown: bool
    is_today: bool


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
        "strip": _strip(calendar_filter, today),
        "problem": "" if is_valid else next(iter(form.errors.values()))[0],
        "therapists": therapists,
        "chosen_therapist": chosen_therapist,
        "now": now,
        "links": _links(calendar_filter, today),
        "tabs": _tabs(calendar_filter, has_rooms=len(therapists) > 1),
        "book_url": _book_url(calendar_filter.day, chosen_therapist),
        "marks": ALL_MARKS,
    }
    template, more = _template_and_context(request, clinic, calendar_filter, shown, now)
    context |= more | {"colored_treatments": more["grid"].treatments}
    return render(request, template, context, status=200 if is_valid else 400)


def _template_and_context(
    request: HttpRequest,
    clinic: ClinicProfile,
    calendar_filter: CalendarFilter,
    therapists: list[Therapist],
    now: datetime,
) -> tuple[str, dict[str, Any]]:
    """Return the template of a view and its own context."""
    user, days = request.user, calendar_filter.days
    if len(days) > 1 and len(therapists) > 1:
        grid = load_therapist_grid(user, clinic, therapists, days, now)
        return "booking/desk/calendar/week.html", {
            "days": days,
            "rows": [
                (row, calendar_filter.query(therapist=row.therapist.slug))
                for row in week_rows(grid, therapists)
            ],
            "grid": grid,
        }
    if calendar_filter.is_by_rooms:
        grid = load_room_grid(user, clinic, therapists, calendar_filter.day, now)
    else:
        grid = load_therapist_grid(user, clinic, therapists, days, now)
    if calendar_filter.view == TABLE_VIEW:
        return "booking/desk/calendar/table.html", {"grid": grid}
    return "booking/desk/calendar/calendar.html", {"grid": grid}


def _strip(calendar_filter: CalendarFilter, today: date) -> list[StripDay]:
    """Return the days of the week around the day that is shown; none if that is a week."""
    if calendar_filter.is_week:
        return []
    return [
        StripDay(
            day, calendar_filter.query(day=day), day in calendar_filter.days, is_today=day == today
        )
        for day in week_dates(calendar_filter.day)
    ]


def _links(calendar_filter: CalendarFilter, today: date) -> dict[str, str]:
    return {
        "before": calendar_filter.query(day=calendar_filter.day - calendar_filter.step),
        "after": calendar_filter.query(day=calendar_filter.day + calendar_filter.step),
        "today": calendar_filter.query(day=today),
    }


def _tabs(calendar_filter: CalendarFilter, *, has_rooms: bool) -> list[CalendarTab]:
    """Return the views: day, three days, week, the day as a table and, if several therapists are
    shown, rooms."""
    is_by_rooms = calendar_filter.is_by_rooms
    views = {
        "day": _("Day"),
        THREE_DAYS_VIEW: _("3 days"),
        WEEK_VIEW: _("Week"),
        TABLE_VIEW: _("Table"),
    }
    tabs = [
        CalendarTab(
            label,
            calendar_filter.query(view="" if view == "day" else view, by=""),
            calendar_filter.view == view and not is_by_rooms,
        )
        for view, label in views.items()
    ]
    if has_rooms:
        url = calendar_filter.query(by=BY_ROOMS, view="", therapist="")
        tabs.insert(-1, CalendarTab(_("Rooms"), url, is_by_rooms))
    return tabs


def _book_url(day: date, therapist: Therapist | None) -> str:
    """Return the address of the page that books by phone, on a day and with a therapist if one is
    chosen."""
    values = {"day": str(day)} | ({"therapist": therapist.slug} if therapist else {})
    return f"{reverse('desk-book')}?{urlencode(values)}"
