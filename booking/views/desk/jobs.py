"""The scheduled jobs, for the owner: how each last run went, and when the next one is."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from booking.actions.jobs.job_runs import request_run
from booking.queries.jobs import JobState, job_states
from booking.queries.notifications.heartbeats import is_worker_alive, last_heartbeat
from booking.views.form_pages import clinic_zone
from clinic.lib.dates import clock, date_format
from clinic.lib.dates.zones import local_date
from clinic.lib.http.form_pages import see_other
from clinic.lib.scheduled_jobs import find_job

LONG_INTERVALS = {24: gettext_lazy("every day"), 7 * 24: gettext_lazy("every week")}
"""In hours."""


@dataclass(frozen=True, slots=True)
class JobLine:
    """A scheduled job as the page shows it. `last_run` and `problem` are blank if there is none."""

    state: JobState
    status: str
    is_bad: bool
    last_run: str
    next_run: str
    problem: str


@require_safe
def list_jobs(request: HttpRequest) -> HttpResponse:
    """GET /desk/jobs/: all jobs, those with a problem first, and whether a worker runs them."""
    now, zone = clock.now(), clinic_zone(request)
    context = {
        "jobs": [_job_line(state, now, zone) for state in job_states(now)],
        "worker_problem": "" if is_worker_alive(now) else _worker_problem(now, zone),
        "now": now,
        "zone": zone,
        "version": settings.VERSION,
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


def _worker_problem(now: datetime, zone: ZoneInfo) -> str:
    """Return a sentence that says since when no worker has run, for the page."""
    last_seen = last_heartbeat()
    if last_seen is None:
        return _("It was never seen.")
    if last_seen > now:
        return _(
            "It was last seen on %(day)s, in the future: the clock of the server was or is wrong."
        ) % {"day": date_format.short_day(local_date(last_seen, zone))}
    return _("It was last seen: %(when)s.") % {"when": date_format.short_datetime(last_seen, zone)}


def _job_line(state: JobState, now: datetime, zone: ZoneInfo) -> JobLine:
    next_run = _("Next run: as soon as a worker looks")
    if state.next_run_at > now:
        when = date_format.short_datetime(state.next_run_at, zone)
        next_run = _("Next run %(when)s") % {"when": when}
    return JobLine(
        state=state,
        status=_status(state),
        is_bad=state.is_failing or state.is_late,
        last_run=_last_run(state, zone),
        next_run=f"{next_run} ({_interval(state)})",
        problem=_problem(state, zone),
    )


def _status(state: JobState) -> str:
    """Return the state of a job in one or two words."""
    if state.is_running:
        return _("running")
    if state.is_failing:
        return _("failed")
    if state.is_late:
        return _("overdue")
    has_run = state.row is not None and state.row.started_at is not None
    return _("fine") if has_run else _("not run yet")


def _last_run(state: JobState, zone: ZoneInfo) -> str:
    """Return when a job last ran, how long that took and, if it ended well, what it did."""
    if state.row is None or state.row.started_at is None:
        return ""
    when = date_format.short_datetime(state.row.started_at, zone)
    result = "" if state.is_failing else _result(state)
    facts = [_("Last run %(when)s") % {"when": when}, _duration(state), result]
    return ", ".join(fact for fact in facts if fact)


def _problem(state: JobState, zone: ZoneInfo) -> str:
    """Return the last problem of a job: how often it has failed in a row, or when it last did."""
    row = state.row
    if row is None or not row.problem:
        return ""
    if state.is_failing:
        heading = ngettext("It failed:", "It failed %(n)d times in a row:", row.failures) % {
            "n": row.failures
        }
    else:
        when = date_format.short_datetime(row.problem_at, zone) if row.problem_at else ""
        heading = _("Last problem %(when)s:") % {"when": when}
    return f"{heading} {row.problem}"


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
    """Return what the last run that ended well did: in the job's words, or a number of things."""
    job = find_job(state.name)
    if job is not None and job.describe_result is not None:
        return job.describe_result()
    if state.row is None or state.row.count is None:
        return ""
    if not state.row.count:
        return _("nothing to do")
    return ngettext("%(n)d done", "%(n)d done", state.row.count) % {"n": state.row.count}


def _interval(state: JobState) -> str:
    """Return how often a job runs: every minute, every 3 hours, every week."""
    if state.interval <= timedelta(minutes=1):
        return _("every minute")
    if state.interval < timedelta(hours=1):
        return _("every %(n)d minutes") % {"n": state.interval // timedelta(minutes=1)}
    hours = state.interval // timedelta(hours=1)
    if hours in LONG_INTERVALS:
        return str(LONG_INTERVALS[hours])
    return ngettext("every hour", "every %(n)d hours", hours) % {"n": hours}
