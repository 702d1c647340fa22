"""The articles app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = _("Articles")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the admin pages, the notification kinds and the scheduled jobs."""
        from articles import admin, notifications  # noqa: F401, PLC0415  # they register themselves
        from articles.actions import scheduled_jobs  # noqa: PLC0415

        scheduled_jobs.register_jobs()
