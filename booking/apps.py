"""The booking app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BookingConfig(AppConfig):
    name = "booking"
    verbose_name = _("Booking")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register system checks, kinds of notification, jobs, checks of `doctor`, what is
        measured, rows that are erased again by an address, and signals of sign-ins."""
        from booking import checks  # noqa: F401, PLC0415  # Django's own way of registering
        from booking.actions.audit.sign_ins import connect_sign_in_signals  # noqa: PLC0415
        from booking.actions.jobs.builtin_jobs import (  # noqa: PLC0415  # apps must be loaded
            register_builtin_jobs,
        )
        from booking.actions.patients.address_rows import register_address_rows  # noqa: PLC0415
        from booking.doctor.builtin_checks import register_builtin_checks  # noqa: PLC0415
        from booking.notifications.builtin_kinds import (  # noqa: PLC0415
            register_builtin_kinds,
        )
        from booking.queries.measures import collect  # noqa: PLC0415
        from booking.registries import metrics  # noqa: PLC0415

        register_builtin_kinds()
        register_builtin_jobs()
        register_builtin_checks()
        register_address_rows()
        metrics.register(collect)
        connect_sign_in_signals()
