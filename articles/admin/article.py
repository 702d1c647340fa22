"""Articles: the list is the admin's own, the pages of one article are ours (views/editing)."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import wraps
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import F, Q, QuerySet, Value
from django.http import HttpRequest, HttpResponseBase
from django.urls import URLPattern, path
from django.utils.translation import gettext_lazy as _

from articles.models import Article
from articles.views.editing import checks_and_autosave, history, preview, steps, writing
from articles.workflow import DATED_STATUSES, ArticleStatus
from booking.access.roles import Ability
from booking.admin.site import AbilityModelAdmin
from booking.models.current_clinic import clinic_date, current_clinic
from clinic.lib.dates import clock, date_format
from clinic.lib.dates.zones import local_date

URL_NAME_PREFIX = "articles_article"


class AttentionFilter(admin.SimpleListFilter):
    """What asks for an editor."""

    title = _("what it needs")
    parameter_name = "needs"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Sequence[tuple[str, Any]]:
        return [
            ("checking", _("to be looked at again")),
            ("changes", _("changes to be published")),
            ("review", _("a review")),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Article]) -> QuerySet[Article]:
        wanted = {
            "checking": Q(review_due__lt=clinic_date(clock.now(), current_clinic(request)))
            & ~Q(status=ArticleStatus.ARCHIVED),
            "changes": Q(version__gt=F("shown_version")),
            "review": Q(status=ArticleStatus.IN_REVIEW),
        }
        asked = self.value()
        return queryset.filter(wanted[asked]) if asked in wanted else queryset


class ArticleAdmin(AbilityModelAdmin):
    ability = Ability.ARTICLES
    list_display = ("title", "status_label", "last_change", "next_review")
    list_filter = (AttentionFilter, "status", "topics")
    search_fields = ("title", "slug")
    ordering = ("title",)
    list_per_page = 50
    show_full_result_count = False
    actions = None

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

    def _wrap_view(self, page: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        """A page of ours, for whoever may, in the frame of the back office."""

        @wraps(page)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not self.has_change_permission(request):
                raise PermissionDenied
            admin_context = self.admin_site.each_context(request) | {"opts": self.opts}
            request.admin_context = admin_context  # type: ignore[attr-defined]  # for views.editing.common
            return page(request, *args, **kwargs)

        return self.admin_site.admin_view(wrapper)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        rows = super().get_queryset(request).select_related("changed_by")
        clinic = current_clinic(request)
        zone = Value(clinic.zone.key if clinic else "UTC")
        return rows.annotate(zone=zone).defer("body", "summary", "medical_help")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Articles are archived: what was said once can be looked up."""
        return False

    @admin.display(description=_("where it is"), ordering="status")
    def status_label(self, article: Any) -> str:
        status = ArticleStatus(article.status)
        due = article.published_at
        if status in DATED_STATUSES and due is not None:
            status = ArticleStatus.PUBLISHED if due <= clock.now() else ArticleStatus.SCHEDULED
        said = str(status.label)
        if status == ArticleStatus.SCHEDULED and due is not None:
            said = f"{said}: {_format_date(due, article.zone)}"
        return f"{said}, {_('changes waiting')}" if article.has_unpublished_changes else said

    @admin.display(description=_("last changed"), ordering="changed_at")
    def last_change(self, article: Any) -> str:
        day = _format_date(article.changed_at, article.zone)
        return f"{day}, {article.changed_by}" if article.changed_by else day

    @admin.display(description=_("look at it again by"), ordering="review_due")
    def next_review(self, article: Any) -> str:
        due = article.review_due
        if due is None:
            return ""
        said = date_format.date_without_weekday(due)
        today = local_date(clock.now(), ZoneInfo(article.zone))
        return f"{said}: {_('overdue')}" if due < today else said


def _format_date(instant: datetime, zone: str) -> str:
    return date_format.date_without_weekday(local_date(instant, ZoneInfo(zone)))
