"""The schedule: everybody's in short, and one therapist's in full."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from booking.access.roles import Ability, may
from booking.access.scope import schedules_of
from booking.models import ClinicProfile, Therapist
from booking.queries.schedule.upcoming import coming, coming_closures, team_today
from booking.queries.schedule.weekly_patterns import from_today, periods_of
from booking.views.desk.schedule.common import clinic_of, of_therapist, today
from booking.views.desk.schedule.weekday_rows import rows_of
from clinic.lib.dates import clock


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Everybody's schedule for front desk and owner; a therapist is led to the own one."""
    clinic = clinic_of(request)
    people = schedules_of(request.user).filter(is_active=True)
    if not may(request.user, Ability.ALL_HOURS):
        own = schedules_of(request.user).first()
        if own is not None:
            return HttpResponseRedirect(reverse("desk-schedule-of", args=[own.slug]))
    context = {
        "team": team_today(people, clinic, clock.now()),
        "day": today(clinic),
        "closures": list(coming_closures(today(clinic))[:5]),
        "may_close": may(request.user, Ability.CATALOGUE),
    }
    return render(request, "booking/desk/schedule/overview.html", context)


@require_safe
@of_therapist
def show(request: HttpRequest, therapist: Therapist, clinic: ClinicProfile) -> HttpResponse:
    """Weekly hours, the coming two weeks, dates that differ, time off."""
    day = today(clinic)
    periods = from_today(periods_of(therapist.pk), day)
    context = {
        "therapist": therapist,
        "periods": [(period, rows_of(period.week)) for period in periods],
        "coming": coming(therapist, clinic, clock.now()),
        "day": day,
        "sees_all": may(request.user, Ability.ALL_HOURS),
    }
    return render(request, "booking/desk/schedule/show.html", context)
