"""The list of visits that are not paid, and the reminder of one."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from booking.errors import Refusal
from booking.features.money.actions.remind import MIN_INTERVAL, remind_of_payment
from booking.features.money.queries.unpaid import amount_owed, unpaid_visits
from booking.models import Appointment, ClinicProfile
from booking.views.desk.appointments.load_appointment import with_appointment
from booking.views.form_pages import clinic_zone, staff_actor
from clinic.lib.dates import clock
from clinic.lib.http.form_pages import see_other

PAGE_SIZE = 30


@require_safe
def unpaid(request: HttpRequest) -> HttpResponse:
    """GET /desk/money/?page=2: visits that are charged and not fully paid, the oldest first."""
    now = clock.now()
    page = Paginator(unpaid_visits(request.user, now), PAGE_SIZE).get_page(request.GET.get("page"))
    visits = [
        {
            "appointment": row,
            "amount": amount_owed(row),
            "may_remind": _may_remind(row, now),
        }
        for row in page
    ]
    context = {"page": page, "visits": visits, "zone": clinic_zone(request)}
    return render(request, "booking/features/money/unpaid.html", context)


def _may_remind(row: Any, now: datetime) -> bool:
    """Return whether the last reminder of a visit of `unpaid_visits` is long enough ago."""
    return row.reminded_at is None or row.reminded_at <= now - MIN_INTERVAL


@require_POST
@with_appointment
def remind(request: HttpRequest, appointment: Appointment, _clinic: ClinicProfile) -> HttpResponse:
    """Queue the mail that reminds a patient of an unpaid visit."""
    try:
        remind_of_payment(appointment, by=staff_actor(request))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("A kind reminder is on its way."))
    return see_other("desk-unpaid")
