"""What the site has found out about itself, for the owner."""

from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from booking.doctor.run_checks import run_checks
from booking.doctor.work import check_late_jobs, find_late_jobs
from booking.features.monitoring.actions.errors import KEPT_FOR, settle_error
from booking.features.monitoring.models import Alert, ProgramError
from booking.features.monitoring.queries.reverse_proxies import check_reverse_proxies
from booking.registries.doctor_checks import checks
from booking.views.desk.current_jobs import current_job_states
from booking.views.form_pages import audited_staff_actor, clinic_zone
from clinic.lib.dates import clock
from clinic.lib.http.form_pages import see_other

FOLDER = "booking/features/monitoring"
LIVE = ("worker", "late_jobs")
"""The checks that the page runs itself: while they find something, the job does not run."""
ERRORS = "errors"
"""The check whose results the page lists one by one."""
MAX_SETTLED = 20


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """A check that has found problems. `since` is None if it was found just now."""

    title: str | Promise
    sentences: list[str]
    since: datetime | None


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """GET /desk/monitoring/: alerts, errors of the program, and from where this request came."""
    unsettled = list(ProgramError.objects.unsettled())
    context = {
        "alerts": open_alerts(request),
        "checked_at": max(Alert.objects.values_list("checked_at", flat=True), default=None),
        "errors": unsettled,
        "settled": ProgramError.objects.exclude(pk__in=[row.pk for row in unsettled])[:MAX_SETTLED],
        "kept_days": KEPT_FOR.days,
        "proxy_check": check_reverse_proxies(request),
        "zone": clinic_zone(request),
    }
    return render(request, f"{FOLDER}/overview.html", context)


@require_POST
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark an error as dealt with."""
    settle_error(get_object_or_404(ProgramError, pk=pk), by=audited_staff_actor(request))
    messages.success(request, _("Marked. If it happens again, it is shown again."))
    return see_other("desk-monitoring")


def open_alerts(request: HttpRequest) -> list[OpenAlert]:
    """Return the problems that the checks have found, and those of LIVE as they are now.

    Three queries; two if the jobs were read for this request before.
    """
    states = current_job_states(request, clock.now())
    known = {
        check.name: replace(check, function=partial(find_late_jobs, states), needs_database=False)
        if check.function is check_late_jobs
        else check
        for check in checks()
    }
    live = run_checks(known[name] for name in LIVE if name in known)
    found = [
        OpenAlert(result.check.title, [result.sentence], None)
        for result in live
        if not result.is_ok
    ]
    for alert in Alert.objects.exclude(name__in=[*LIVE, ERRORS]):
        if alert.sentences and alert.name in known:
            title = known[alert.name].title
            found.append(OpenAlert(title, list(alert.sentences), alert.since))
    return found
