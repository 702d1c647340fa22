"""The schedule of the team today, and of one therapist in full."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from booking.access.roles import Ability, has_ability
from booking.access.scope import therapists_with_visible_schedule
from booking.models import ClinicProfile, Therapist
from booking.queries.schedule.upcoming import (
    load_team_today,
    load_upcoming_schedule,
    upcoming_closures,
)
from booking.queries.schedule.weekly_patterns import current_and_planned_periods, pattern_periods
from booking.views.desk.schedule.load_therapist import with_therapist
from booking.views.desk.schedule.weekday_rows import weekday_rows
from booking.views.form_pages import get_clinic_or_404
from clinic.lib.dates import clock


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """GET shows the team's schedule. A therapist is redirected to their own."""
    clinic = get_clinic_or_404(request)
    people = therapists_with_visible_schedule(request.user).filter(is_active=True)
    if not has_ability(request.user, Ability.ALL_HOURS):
        own = therapists_with_visible_schedule(request.user).first()
        if own is not None:
            return HttpResponseRedirect(reverse("desk-therapist-schedule", args=[own.slug]))
    context = {
        "team": load_team_today(people, clinic, clock.now()),
        "day": clinic.today(clock.now()),
        "closures": list(upcoming_closures(clinic.today(clock.now()))[:5]),
        "may_close_clinic": has_ability(request.user, Ability.CATALOGUE),
    }
    return render(request, "booking/desk/schedule/overview.html", context)


@require_safe
@with_therapist
def show(request: HttpRequest, therapist: Therapist, clinic: ClinicProfile) -> HttpResponse:
    """GET shows weekly hours, the next two weeks, date exceptions and time off."""
    day = clinic.today(clock.now())
    periods = current_and_planned_periods(pattern_periods(therapist.pk), day)
    context = {
        "therapist": therapist,
        "periods": [(period, weekday_rows(period.week)) for period in periods],
        "coming": load_upcoming_schedule(therapist, clinic, clock.now()),
        "day": day,
        "may_see_all": has_ability(request.user, Ability.ALL_HOURS),
    }
    return render(request, "booking/desk/schedule/show.html", context)
