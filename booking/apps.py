"""The booking app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class BookingConfig(AppConfig):
    name = "booking"
    verbose_name = _("Booking")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the system checks and the kinds of notification."""
        from booking import checks  # noqa: F401, PLC0415  # Django's own way of registering
        from booking.notifications.subjects import (  # noqa: PLC0415  # apps must be loaded
            accounts,  # noqa: F401  # they register themselves
            appointments,  # noqa: F401
            contact,  # noqa: F401
            health,  # noqa: F401
            sample_mails,  # noqa: F401
            staff,  # noqa: F401
            thank_yous,  # noqa: F401
        )
