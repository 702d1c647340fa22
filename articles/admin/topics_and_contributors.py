"""Topics, for editors, and contributors, for the owner, in the admin."""

from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern

from articles.actions.topics_and_contributors import save_contributor, save_topic
from articles.forms.contributors import ContributorForm
from articles.models import Contributor, Topic
from booking.access.roles import Ability
from booking.admin.site import AbilityModelAdmin


class NoDeleteAdmin(AbilityModelAdmin):
    """A list and a form without deletion, since texts refer to these rows."""

    pages: ClassVar[tuple[str, ...]] = ("changelist", "add", "change")
    change_form_template = "admin/articles/list_and_form.html"
    actions = None

    def get_urls(self) -> list[URLPattern]:
        return [
            pattern
            for pattern in super().get_urls()
            if str(getattr(pattern, "name", "")).endswith(self.pages)
        ]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> HttpResponse:
        """Answer 404 instead of Django's redirect with a message."""
        raise Http404


class TopicAdmin(NoDeleteAdmin):
    ability = Ability.ARTICLES
    list_display = ("name", "slug", "position")
    prepopulated_fields = {"slug": ("name",)}

    def save_model(self, request: HttpRequest, obj: Topic, form: Any, change: bool) -> None:
        save_topic(obj)


class ContributorAdmin(NoDeleteAdmin):
    ability = Ability.CATALOGUE
    form = ContributorForm
    list_display = ("name", "credentials", "is_clinician")
    prepopulated_fields = {"slug": ("name",)}

    def save_model(self, request: HttpRequest, obj: Contributor, form: Any, change: bool) -> None:
        save_contributor(obj)
