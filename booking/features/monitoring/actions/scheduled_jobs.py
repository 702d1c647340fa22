"""The scheduled jobs of monitoring."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from booking.features.monitoring.actions.alerts import update_alerts, verify_all_bookings
from booking.features.monitoring.actions.errors import delete_old_errors
from clinic.lib.scheduled_jobs import Job, register_job

JOBS = (
    Job(
        "check-site",
        _("Check the site, and mail the owner what is new"),
        update_alerts,
        interval=timedelta(minutes=5),
        time_limit=timedelta(minutes=2),
    ),
    Job(
        "verify-bookings",
        _("Verify all bookings"),
        verify_all_bookings,
        interval=timedelta(days=1),
        time_limit=timedelta(hours=2),
    ),
    Job(
        "delete-errors",
        _("Delete old errors of the program"),
        delete_old_errors,
        interval=timedelta(days=1),
    ),
)


def register_jobs() -> None:
    """Register the jobs; called in `AppConfig.ready`."""
    for job in JOBS:
        register_job(job)
