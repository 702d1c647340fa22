"""Run the scheduled jobs in a test: all of them now, whether they are due or not."""

from clinic.lib.dates import clock
from clinic.lib.scheduled_jobs import registered_jobs


def run_all_jobs() -> dict[str, int]:
    """Call every job and return the counts by name. What a job raises is raised."""
    now = clock.now()
    return {job.name: job.function(now) for job in registered_jobs()}
