"""Articles in the admin: Django's list, and the pages of articles/views/editing."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from articles.admin.common import PagesAdmin
from articles.models import Article
from articles.views.editing import checks_and_autosave, history, preview, steps, writing
from articles.workflow import DATED_STATUSES, ArticleStatus
from booking.access.roles import Ability
from booking.models import ClinicProfile
from booking.models.current_clinic import clinic_date, current_clinic
from clinic.lib.dates import clock, date_format

URL_NAME_PREFIX = "articles_article"


class AttentionFilter(admin.SimpleListFilter):
    """Filter to articles that need work: overdue for review, unpublished changes, in review."""

    title = _("what it needs")
    parameter_name = "needs"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, Any]]:
        return [
            ("checking", _("to be looked at again")),
            ("changes", _("changes to be published")),
            ("review", _("a review")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        conditions = {
            "checking": Q(review_due__lt=clinic_date(clock.now(), current_clinic(request)))
            & ~Q(status=ArticleStatus.ARCHIVED),
            "changes": Q(version__gt=F("shown_version")),
            "review": Q(status=ArticleStatus.IN_REVIEW),
        }
        value = self.value()
        return queryset.filter(conditions[value]) if value in conditions else queryset


class ArticleAdmin(PagesAdmin):
    """The list of articles, and the URLs of the editors' pages."""

    ability = Ability.ARTICLES
    list_display = ("title", "status_label", "last_change", "next_review")
    list_filter = (AttentionFilter, "status", "topics")
    search_fields = ("title", "slug")
    ordering = ("title",)
    list_per_page = 50
    show_full_result_count = False

    def get_urls(self) -> list[URLPattern]:
        one = "<int:pk>"
        return [
            path(
                "",
                self.admin_site.admin_view(self.changelist_view),
                name=f"{URL_NAME_PREFIX}_changelist",
            ),
            path("add/", self._wrap_view(writing.add), name=f"{URL_NAME_PREFIX}_add"),
            path(
                "check/",
                self._wrap_view(checks_and_autosave.check),
                name=f"{URL_NAME_PREFIX}_check",
            ),
            path(
                "unsaved/",
                self._wrap_view(checks_and_autosave.autosave),
                name=f"{URL_NAME_PREFIX}_autosave",
            ),
            path("preview/", self._wrap_view(preview.preview), name=f"{URL_NAME_PREFIX}_preview"),
            path(
                "preview/page/",
                self._wrap_view(preview.preview_frame),
                name=f"{URL_NAME_PREFIX}_preview_frame",
            ),
            path(
                f"{one}/change/", self._wrap_view(writing.change), name=f"{URL_NAME_PREFIX}_change"
            ),
            path(f"{one}/steps/", self._wrap_view(steps.steps), name=f"{URL_NAME_PREFIX}_steps"),
            path(
                f"{one}/history/",
                self._wrap_view(history.history),
                name=f"{URL_NAME_PREFIX}_history",
            ),
            path(
                f"{one}/history/<int:old>/<int:new>/",
                self._wrap_view(history.compare_revisions),
                name=f"{URL_NAME_PREFIX}_comparison",
            ),
            path(
                f"{one}/history/<int:number>/restore/",
                self._wrap_view(history.restore),
                name=f"{URL_NAME_PREFIX}_restore",
            ),
        ]

    def _wrap_view(self, view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        """Wrap a view: check the permission, and provide the context of the admin layout."""

        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not self.has_change_permission(request):
                raise PermissionDenied
            admin_context = self.admin_site.each_context(request) | {"opts": self.opts}
            request.admin_context = admin_context  # type: ignore[attr-defined]  # for views.editing.common
            return view(request, *args, **kwargs)

        return self.admin_site.admin_view(wrapper)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        rows = super().get_queryset(request).select_related("changed_by")
        return rows.defer("body", "summary", "medical_help")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Articles are archived, never deleted."""
        return False

    @admin.display(description=_("where it is"), ordering="status")
    def status_label(self, article: Any) -> str:
        status = ArticleStatus(article.status)
        publish_at = article.published_at
        if status in DATED_STATUSES and publish_at is not None:
            is_public = publish_at <= clock.now()
            status = ArticleStatus.PUBLISHED if is_public else ArticleStatus.SCHEDULED
        label = str(status.label)
        if status == ArticleStatus.SCHEDULED and publish_at is not None:
            label = f"{label}: {_format_date(publish_at, article.clinic)}"
        return f"{label}, {_('changes waiting')}" if article.has_unpublished_changes else label

    @admin.display(description=_("last changed"), ordering="changed_at")
    def last_change(self, article: Any) -> str:
        day = _format_date(article.changed_at, article.clinic)
        return f"{day}, {article.changed_by}" if article.changed_by else day

    @admin.display(description=_("review again by"), ordering="review_due")
    def next_review(self, article: Any) -> str:
        due = article.review_due
        if due is None:
            return ""
        label = date_format.date_without_weekday(due)
        today = clinic_date(clock.now(), article.clinic)
        return f"{label}: {_('overdue')}" if due < today else label


def _format_date(instant: datetime, clinic: ClinicProfile | None) -> str:
    return date_format.date_without_weekday(clinic_date(instant, clinic))
