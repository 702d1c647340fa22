"""Today, the first page of the desk: the appointments of the day."""

from collections.abc import Iterable
from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from booking.access.roles import Ability, has_ability
from booking.actions.audit.reads import record_appointments_read
from booking.actions.health.read_health import read_briefs
from booking.forms.desk.shown_calendar import ShownTherapistForm
from booking.models import Appointment, ClinicProfile, Therapist
from booking.models.current_clinic import current_clinic
from booking.queries.appointments.calendar_data import shown_therapists
from booking.queries.appointments.held_calendar import HeldCalendar, find_held_calendar
from booking.queries.appointments.move_proposals import (
    unanswered_and_waiting,
)
from booking.queries.appointments.today import (
    DayAppointment,
    DeskDay,
    Gap,
    load_day,
    undelivered_notifications,
)
from booking.queries.health.consent import appointments_to_call_about
from booking.queries.jobs import JobState
from booking.queries.patients.erasure_requests import visible_requests
from booking.queries.patients.restrictions import visible_restriction_requests
from booking.registries import navigation
from booking.views.desk.appointments.status_buttons import StatusButton, status_buttons_for
from booking.views.desk.current_jobs import current_job_states
from booking.views.form_pages import audited_staff_actor
from clinic.lib.dates import clock, date_format

MAX_PROPOSALS = 5
EMPTY_DAY = DeskDay([], [], [], [])
RowWithButtons = tuple[DayAppointment | Gap, list[StatusButton]]


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """GET shows who is here and who is next, with health briefs and undelivered mails."""
    clinic = current_clinic(request)
    if clinic is None:
        setup = navigation.setup_section()
        if setup is not None and has_ability(request.user, setup.ability):
            return HttpResponseRedirect(reverse(setup.url_name))
        empty = {"day": "", "desk_day": EMPTY_DAY, "appointments": []}
        return render(request, "booking/desk/today.html", empty)
    now = clock.now()
    date = clinic.today(now)
    therapists = shown_therapists(request.user, clinic, [date])
    therapist = _chosen_therapist(therapists, request.GET.get("therapist", ""))
    desk_day = load_day(request.user, clinic, date, now, therapist=therapist)
    next_row = _next_row(desk_day)
    in_full = [*desk_day.arrived, *desk_day.due_now, *([next_row] if next_row else [])]
    by = audited_staff_actor(request)
    record_appointments_read([row.appointment for row in in_full if row.has_note], by=by)
    unanswered, waiting_count = unanswered_and_waiting(request.user, now, limit=MAX_PROPOSALS)
    context = {
        "day": date_format.long_day(date),
        "now": now,
        "desk_day": desk_day,
        "groups": {
            "arrived": _rows_with_buttons(desk_day.arrived, clinic),
            "due_now": _rows_with_buttons(desk_day.due_now, clinic),
            "expected_later": _rows_with_buttons(desk_day.expected_later, clinic),
            "finished": _rows_with_buttons(desk_day.finished, clinic),
        },
        "next_row": next_row,
        "therapists": therapists,
        "chosen_therapist": therapist,
        "therapist_form": ShownTherapistForm(therapists, therapist),
        "appointments": _appointments_of(
            (*desk_day.arrived, *desk_day.due_now, *desk_day.expected_later, *desk_day.finished)
        ),
        "briefs": read_briefs(_appointments_to_treat(desk_day), by=by),
        "unanswered": unanswered,
        "waiting_count": waiting_count,
        "mails": undelivered_notifications(request.user, now),
        "failing_jobs": _failing_jobs(request, now),
        "held": _held_calendar(request, clinic, now),
        "erasures": visible_requests(request.user),
        "restrictions": visible_restriction_requests(request.user),
        "to_call": appointments_to_call_about(request.user, now),
        "zone": clinic.zone,
    }
    return render(request, "booking/desk/today.html", context)


def _next_row(desk_day: DeskDay) -> DayAppointment | None:
    """Return the appointment that comes next, which is shown in full like those that are due."""
    rows = (row for row in desk_day.expected_later if isinstance(row, DayAppointment))
    return next(rows, None)


def _failing_jobs(request: HttpRequest, now: datetime) -> list[JobState]:
    """Return the scheduled jobs whose last run failed, for the owner."""
    if not has_ability(request.user, Ability.STAFF):
        return []
    return [state for state in current_job_states(request, now) if state.is_failing]


def _held_calendar(
    request: HttpRequest, clinic: ClinicProfile, now: datetime
) -> HeldCalendar | None:
    """Return what visitors hold if it is unusually much, for owner and front desk; else None."""
    if not has_ability(request.user, Ability.ALL_APPOINTMENTS):
        return None
    return find_held_calendar(clinic, now)


def _chosen_therapist(therapists: list[Therapist], slug: str) -> Therapist | None:
    """Return the therapist with the given slug; the only one if the user sees just one."""
    if len(therapists) == 1:
        return therapists[0]
    return next((therapist for therapist in therapists if therapist.slug == slug), None)


def _appointments_to_treat(desk_day: DeskDay) -> list[Appointment]:
    """Return the appointments of patients who are here or will come, whose briefs are shown."""
    return _appointments_of((*desk_day.arrived, *desk_day.due_now, *desk_day.expected_later))


def _appointments_of(rows: Iterable[DayAppointment | Gap]) -> list[Appointment]:
    """Return the appointments among the rows of a day."""
    return [row.appointment for row in rows if isinstance(row, DayAppointment)]


def _rows_with_buttons(rows: object, clinic: ClinicProfile) -> list[RowWithButtons]:
    """Return each row with the status buttons of its appointment."""
    now = clock.now()
    return [
        (
            row,
            status_buttons_for(row.appointment, clinic, now)
            if isinstance(row, DayAppointment)
            else [],
        )
        for row in rows  # type: ignore[attr-defined]
    ]
