"""The scheduled jobs of a request."""

from collections.abc import Sequence
from datetime import datetime

from django.http import HttpRequest

from booking.queries.jobs import JobState, job_states


def current_job_states(request: HttpRequest, now: datetime) -> Sequence[JobState]:
    """Return the state of all scheduled jobs. They are read once per request."""
    if not hasattr(request, "_job_states"):
        request._job_states = job_states(now)  # type: ignore[attr-defined]
    states: Sequence[JobState] = request._job_states  # type: ignore[attr-defined]
    return states
