"""The backups feature: backup, restore, and the weekly drill."""

from datetime import timedelta

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BackupsConfig(AppConfig):
    name = "booking.features.backups"
    label = "booking_backups"
    verbose_name = _("Backups")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Add the weekly drill, the check of doctor, and what is measured."""
        from booking.features.backups.actions import drill  # noqa: PLC0415  # apps are loaded
        from booking.features.backups.queries import last_runs, measures  # noqa: PLC0415
        from booking.registries import doctor_checks, metrics  # noqa: PLC0415
        from clinic.lib.scheduled_jobs import Job, register_job  # noqa: PLC0415

        register_job(
            Job(
                "restore-drill",
                _("Restore a backup in a scratch place, to know that it can be done"),
                drill.run_drill,
                interval=timedelta(days=7),
                time_limit=drill.TIME_LIMIT,
                describe_result=last_runs.last_drill_sentence,
            )
        )
        doctor_checks.register(last_runs.check_backups, title=_("Backups"), is_alert=True)
        metrics.register(measures.collect)
