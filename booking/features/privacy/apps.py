"""The privacy feature: copies and erasure of a person's data, retention, and change of keys."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    name = "booking.features.privacy"
    label = "booking_privacy"
    verbose_name = _("Privacy")
    default_auto_field = "django.db.models.BigAutoField"
