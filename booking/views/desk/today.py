"""The desk's first page: today."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from booking.access.roles import may
from booking.access.scope import calendars_of
from booking.actions.health.read_health import read_briefs
from booking.models import Appointment, ClinicProfile, Therapist
from booking.models.current_clinic import current_clinic
from booking.queries.appointments.today import Day, DayRow, Gap, load_day, undelivered
from booking.registries import navigation
from booking.views.desk.appointments.status_buttons import Step, steps_of
from booking.views.desk.common import reader
from clinic.lib.dates import clock, date_format

NOBODY = Day([], [], [], [])
Line = tuple[DayRow | Gap, list[Step]]


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """Who is here, who is next, what to know, and what went wrong with the mail."""
    clinic = current_clinic(request)
    if clinic is None:
        setup = navigation.setup_section()
        if setup is not None and may(request.user, setup.ability):
            return HttpResponseRedirect(reverse(setup.url_name))
        return render(request, "booking/desk/today.html", {"day": "", "found": NOBODY})
    now = clock.now()
    date = now.astimezone(clinic.zone).date()
    therapists = list(calendars_of(request.user))
    only = _only(therapists, request.GET.get("therapist", ""))
    found = load_day(request.user, clinic, date, now, only=only)
    context = {
        "day": date_format.long_day(date),
        "now": now,
        "found": found,
        "groups": {
            "here": _lines(found.here, clinic),
            "due": _lines(found.due, clinic),
            "later": _lines(found.later, clinic),
            "done": _lines(found.done, clinic),
        },
        "soonest": next((row for row in found.later if isinstance(row, DayRow)), None),
        "therapists": therapists,
        "only": only,
        "briefs": read_briefs(_to_treat(found), by=reader(request)),
        "mails": undelivered(request.user, now),
    }
    return render(request, "booking/desk/today.html", context)


def _only(therapists: list[Therapist], slug: str) -> Therapist | None:
    """The therapist asked for; whoever has one calendar looks at that."""
    if len(therapists) == 1:
        return therapists[0]
    return next((therapist for therapist in therapists if therapist.slug == slug), None)


def _to_treat(found: Day) -> list[Appointment]:
    """Whose brief is of use: of those who are here or will come."""
    rows = (*found.here, *found.due, *found.later)
    return [row.appointment for row in rows if isinstance(row, DayRow)]


def _lines(rows: object, clinic: ClinicProfile) -> list[Line]:
    """Each row with its buttons."""
    now = clock.now()
    return [
        (row, steps_of(row.appointment, clinic, now) if isinstance(row, DayRow) else [])
        for row in rows  # type: ignore[attr-defined]
    ]
