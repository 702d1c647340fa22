"""The scheduled jobs, for the owner: how each last run went, and when the next one is."""

from datetime import timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from booking.actions.jobs.job_runs import request_run
from booking.queries.jobs import JobState, job_states
from booking.queries.notifications.heartbeats import is_worker_alive, last_heartbeat
from booking.views.form_pages import clinic_zone
from clinic.lib.dates import clock
from clinic.lib.http.form_pages import see_other
from clinic.lib.scheduled_jobs import find_job


@require_safe
def list_jobs(request: HttpRequest) -> HttpResponse:
    """GET /desk/jobs/: all jobs, those with a problem first, and whether a worker runs them."""
    now = clock.now()
    states = job_states(now)
    context = {
        "rows": [(state, _facts(state), _interval(state)) for state in states],
        "failing": sum(state.is_failing for state in states),
        "is_worker_alive": is_worker_alive(now),
        "last_heartbeat": last_heartbeat(),
        "now": now,
        "zone": clinic_zone(request),
    }
    return render(request, "booking/desk/jobs.html", context)


@require_POST
def run_job(request: HttpRequest, name: str) -> HttpResponse:
    """Let a job run as soon as a worker looks, which takes some seconds."""
    job = find_job(name)
    if job is None or not request_run(name):
        raise Http404
    messages.success(
        request, _("“%(job)s” runs in a few seconds. Load this page again.") % {"job": job.title}
    )
    return see_other("desk-jobs")


def _facts(state: JobState) -> list[str]:
    """Return how long the last run took and, if it ended well, what it did."""
    result = "" if state.is_failing else _result(state)
    return [fact for fact in (_duration(state), result) if fact]


def _duration(state: JobState) -> str:
    """Return how long the last run took: under a second, 3 seconds, 5 minutes."""
    if state.row is None or state.row.duration is None:
        return ""
    seconds = state.row.duration.total_seconds()
    if seconds >= 120:
        return _("%(n)d minutes") % {"n": round(seconds / 60)}
    if seconds < 1:
        return _("under a second")
    return ngettext("%(n)d second", "%(n)d seconds", round(seconds)) % {"n": round(seconds)}


def _result(state: JobState) -> str:
    """Return what the last run that ended well did, as a number of things."""
    if state.row is None or state.row.count is None:
        return ""
    if not state.row.count:
        return _("nothing to do")
    return ngettext("%(n)d done", "%(n)d done", state.row.count) % {"n": state.row.count}


def _interval(state: JobState) -> str:
    """Return how often a job runs: every minute, every hour, every 3 hours."""
    if state.interval <= timedelta(minutes=1):
        return _("every minute")
    if state.interval < timedelta(hours=1):
        return _("every %(n)d minutes") % {"n": state.interval // timedelta(minutes=1)}
    hours = state.interval // timedelta(hours=1)
    if hours == 24:
        return _("every day")
    return ngettext("every hour", "every %(n)d hours", hours) % {"n": hours}
