"""The articles app."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ArticlesConfig(AppConfig):
    name = "articles"
    verbose_name = _("Articles")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the admin pages, notification kinds, jobs, the first page of editors, what is
        held about readers, what a restore makes again, and the check of doctor."""
        from articles import admin, notifications  # noqa: F401, PLC0415  # they register themselves
        from articles.actions import scheduled_jobs  # noqa: PLC0415
        from articles.actions.comments import personal_data  # noqa: PLC0415
        from articles.actions.writing.search_index import rebuild_search_index  # noqa: PLC0415
        from articles.queries.overdue_reviews import check_reviews  # noqa: PLC0415
        from booking.access import landing  # noqa: PLC0415
        from booking.access.roles import Ability  # noqa: PLC0415
        from booking.registries import doctor_checks  # noqa: PLC0415
        from clinic.lib.restore_steps import register_restore_step  # noqa: PLC0415

        landing.register(Ability.ARTICLES, "admin:articles_article_changelist")
        scheduled_jobs.register_jobs()
        personal_data.register_personal_data()
        register_restore_step(rebuild_search_index)
        doctor_checks.register(check_reviews, title=_("Articles to review again"), is_alert=True)
