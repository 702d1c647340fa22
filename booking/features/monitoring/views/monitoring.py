"""What the site has found out about itself, for the owner."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from booking.features.monitoring.actions.errors import KEPT_FOR, settle_error
from booking.features.monitoring.models import Alert, ProgramError
from booking.features.monitoring.queries.connection import describe_connection
from booking.queries.notifications.heartbeats import find_worker_problem
from booking.registries.doctor_checks import checks
from booking.views.form_pages import audited_staff_actor, clinic_zone
from clinic.lib.dates import clock
from clinic.lib.http.form_pages import see_other

FOLDER = "booking/features/monitoring"
WORKER, ERRORS = "worker", "errors"
"""The names of the checks that the page does not read from what the job has found: without a worker
no job runs, and the errors are listed one by one."""
MOST_SETTLED = 20


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """A check that has found problems. `since` is None if it was found just now."""

    title: str | Promise
    sentences: list[str]
    since: datetime | None


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """GET /desk/monitoring/: alerts, errors of the program, and how this request came."""
    now = clock.now()
    unsettled = list(ProgramError.objects.unsettled())
    context = {
        "alerts": open_alerts(now),
        "checked_at": max(Alert.objects.values_list("checked_at", flat=True), default=None),
        "errors": unsettled,
        "settled": ProgramError.objects.exclude(pk__in=[row.pk for row in unsettled])[
            :MOST_SETTLED
        ],
        "kept_days": KEPT_FOR.days,
        "connection": describe_connection(request),
        "zone": clinic_zone(request),
    }
    return render(request, f"{FOLDER}/overview.html", context)


@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark an error as dealt with."""
    settle_error(get_object_or_404(ProgramError, pk=pk), by=audited_staff_actor(request))
    messages.success(request, _("Marked. If it happens again, it is shown again."))
    return see_other("desk-monitoring")


def open_alerts(now: datetime) -> list[OpenAlert]:
    """Return the problems that the checks have found, with that of the worker as it is now.

    Two queries.
    """
    titles = {check.name: check.title for check in checks()}
    found = [
        OpenAlert(titles[alert.name], list(alert.sentences), alert.since)
        for alert in Alert.objects.exclude(name=WORKER)
        if alert.sentences and alert.name in titles and alert.name != ERRORS
    ]
    if problem := find_worker_problem(now):
        sentence = _("%(problem)s Without it no mail is sent. Start it again.") % {
            "problem": problem
        }
        found.insert(0, OpenAlert(titles[WORKER], [sentence], None))
    return found
