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
from articles.models.dates import day_of
from articles.views.editing import checks_and_autosave, history, preview, steps, writing
from articles.workflow import DATED, Status
from booking.access.roles import Ability
from booking.admin.site import RoleAdmin
from booking.models.current_clinic import current_clinic
from clinic.lib.dates import clock, date_format

NAME = "articles_article"


class NeedsFilter(admin.SimpleListFilter):
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
            "checking": Q(review_due__lt=day_of(clock.now(), current_clinic(request)))
            & ~Q(status=Status.ARCHIVED),
            "changes": Q(version__gt=F("shown_version")),
            "review": Q(status=Status.IN_REVIEW),
        }
        asked = self.value()
        return queryset.filter(wanted[asked]) if asked in wanted else queryset


class ArticleAdmin(RoleAdmin):
    ability = Ability.ARTICLES
    list_display = ("title", "where", "last_changed", "checked_until")
    list_filter = (NeedsFilter, "status", "topics")
    search_fields = ("title", "slug")
    ordering = ("title",)
    list_per_page = 50
    show_full_result_count = False
    actions = None

    def get_urls(self) -> list[URLPattern]:
        one = "<int:pk>"
        return [
            path("", self.admin_site.admin_view(self.changelist_view), name=f"{NAME}_changelist"),
            path("add/", self._view(writing.add), name=f"{NAME}_add"),
            path("check/", self._view(checks_and_autosave.check), name=f"{NAME}_check"),
            path("unsaved/", self._view(checks_and_autosave.unsaved), name=f"{NAME}_unsaved"),
            path("preview/", self._view(preview.preview), name=f"{NAME}_preview"),
            path("preview/page/", self._view(preview.previewed), name=f"{NAME}_previewed"),
            path(f"{one}/change/", self._view(writing.change), name=f"{NAME}_change"),
            path(f"{one}/steps/", self._view(steps.steps), name=f"{NAME}_steps"),
            path(f"{one}/history/", self._view(history.history), name=f"{NAME}_history"),
            path(
                f"{one}/history/<int:old>/<int:new>/",
                self._view(history.comparison),
                name=f"{NAME}_comparison",
            ),
            path(
                f"{one}/history/<int:number>/restore/",
                self._view(history.restore),
                name=f"{NAME}_restore",
            ),
        ]

    def _view(self, page: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
        """A page of ours, for whoever may, in the frame of the back office."""

        @wraps(page)
        def framed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not self.has_change_permission(request):
                raise PermissionDenied
            frame = self.admin_site.each_context(request) | {"opts": self.opts}
            request.frame = frame  # type: ignore[attr-defined]  # for views.editing.frame
            return page(request, *args, **kwargs)

        return self.admin_site.admin_view(framed)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        rows = super().get_queryset(request).select_related("changed_by")
        clinic = current_clinic(request)
        zone = Value(clinic.zone.key if clinic else "UTC")
        return rows.annotate(zone=zone).defer("body", "summary", "medical_help")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Articles are archived: what was said once can be looked up."""
        return False

    @admin.display(description=_("where it is"), ordering="status")
    def where(self, article: Any) -> str:
        status = Status(article.status)
        due = article.published_at
        if status in DATED and due is not None:
            status = Status.PUBLISHED if due <= clock.now() else Status.SCHEDULED
        said = str(status.label)
        if status == Status.SCHEDULED and due is not None:
            said = f"{said}: {_day(due, article.zone)}"
        return f"{said}, {_('changes waiting')}" if article.has_changes else said

    @admin.display(description=_("last changed"), ordering="changed_at")
    def last_changed(self, article: Any) -> str:
        day = _day(article.changed_at, article.zone)
        return f"{day}, {article.changed_by}" if article.changed_by else day

    @admin.display(description=_("look at it again by"), ordering="review_due")
    def checked_until(self, article: Any) -> str:
        due = article.review_due
        if due is None:
            return ""
        said = date_format.plain_day(due)
        today = clock.now().astimezone(ZoneInfo(article.zone)).date()
        return f"{said}: {_('overdue')}" if due < today else said


def _day(instant: datetime, zone: str) -> str:
    return date_format.plain_day(instant.astimezone(ZoneInfo(zone)).date())
