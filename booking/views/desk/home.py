"""The desk's first page: today."""

from datetime import datetime, time, timedelta

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from booking.lifecycle import Status
from booking.queries.clinic import current_clinic
from booking.queries.roles import Ability, may
from booking.queries.scope import appointments_of
from clinic.lib import clock, when

SHOWN = (Status.BOOKED, Status.ARRIVED, Status.COMPLETED, Status.NO_SHOW)


@require_safe
def today(request: HttpRequest) -> HttpResponse:
    """Today's appointments that this person may see."""
    clinic = current_clinic(request)
    if clinic is None:
        if may(request.user, Ability.CATALOGUE):
            return HttpResponseRedirect(reverse("desk-setup"))
        return render(request, "booking/desk/home.html", {"rows": [], "day": ""})
    now = clock.now()
    begins = datetime.combine(now.astimezone(clinic.zone).date(), time(), clinic.zone)
    found = (
        appointments_of(request.user, now)
        .filter(
            starts_at__gte=begins,
            starts_at__lt=datetime.combine(begins.date() + timedelta(days=1), time(), clinic.zone),
            status__in=SHOWN,
        )
        .with_everything()
        .order_by("starts_at", "pk")
    )
    rows = [(when.clock_time(row.starts_at, clinic.zone), row) for row in found]
    context = {"rows": rows, "day": when.long_day(begins.date())}
    return render(request, "booking/desk/home.html", context)
