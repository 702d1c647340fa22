"""The booking app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BookingConfig(AppConfig):
    name = "booking"
    verbose_name = _("Booking")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks."""
        from booking import checks  # noqa: F401, PLC0415  # Django's own way of registering
        from booking.messages import (  # noqa: F401, PLC0415  # they register themselves
            account_kinds,  # they register themselves
            appointment_kinds,
            contact_kinds,
            extra_kinds,
            mail_test,
            staff_kinds,
        )
