"""The booking app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BookingConfig(AppConfig):
    name = "booking"
    verbose_name = _("Booking")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks, the kinds of notification and the scheduled jobs."""
        from booking import checks  # noqa: F401, PLC0415  # Django's own way of registering
        from booking.actions.jobs.builtin_jobs import (  # noqa: PLC0415  # apps must be loaded
            register_builtin_jobs,
        )
        from booking.notifications.builtin_kinds import (  # noqa: PLC0415
            register_builtin_kinds,
        )

        register_builtin_kinds()
        register_builtin_jobs()
