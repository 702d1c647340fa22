"""The articles app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = _("Articles")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register what editors see in the back office."""
        from articles import admin  # noqa: F401, PLC0415  # it registers itself
