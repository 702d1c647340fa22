"""The app of the site itself: settings, root URLs and pages that need all other apps."""

from django.apps import AppConfig


class ClinicConfig(AppConfig):
    name = "clinic"
    default_auto_field = "django.db.models.BigAutoField"
