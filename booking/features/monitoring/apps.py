"""The monitoring feature: errors of the program, alerts to the owner, and what is measured."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MonitoringConfig(AppConfig):
    name = "booking.features.monitoring"
    label = "booking_monitoring"
    verbose_name = _("Monitoring")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the recording of errors, the jobs, the mail, the checks, and the pages."""
        from booking.access.roles import Ability  # noqa: PLC0415  # apps must be loaded
        from booking.features.monitoring import notifications  # noqa: PLC0415
        from booking.features.monitoring.actions import errors, scheduled_jobs  # noqa: PLC0415
        from booking.features.monitoring.queries import errors as error_queries  # noqa: PLC0415
        from booking.features.monitoring.queries import measures  # noqa: PLC0415
        from booking.features.monitoring.views.panels import today_panel  # noqa: PLC0415
        from booking.notifications.kinds import register_kind  # noqa: PLC0415
        from booking.registries import (  # noqa: PLC0415
            doctor_checks,
            error_reports,
            metrics,
            navigation,
            panels,
        )

        error_reports.register(errors.record_error)
        register_kind(notifications.OWNER_ALERT)
        scheduled_jobs.register_jobs()
        doctor_checks.register(
            error_queries.check_errors, title=_("Errors of the program"), is_alert=True
        )
        doctor_checks.register(
            error_queries.check_verified_bookings, title=_("Verified bookings"), is_alert=True
        )
        metrics.register(measures.collect)
        navigation.register(
            navigation.Section(
                "desk-monitoring", _("Monitoring"), "pulse", Ability.STAFF, order=110
            )
        )
        panels.register(
            panels.Page.TODAY_NOTICES,
            panels.Panel("booking/features/monitoring/_today.html", today_panel),
        )
