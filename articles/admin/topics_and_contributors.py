"""Topics, for editors; contributors, for the owner, who alone says who is a clinician."""

from typing import Any, ClassVar

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern

from articles.actions.topics_and_contributors import save_contributor, save_topic
from articles.models import Contributor, Topic
from booking.access.roles import Ability
from booking.admin.site import AbilityModelAdmin
from booking.models import User


class NoDeleteAdmin(AbilityModelAdmin):
    """A list and a form; nothing is deleted, since texts refer to it."""

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
        """What is not there is not found, here as everywhere."""
        raise Http404


class TopicAdmin(NoDeleteAdmin):
    ability = Ability.ARTICLES
    list_display = ("name", "slug", "position")
    prepopulated_fields = {"slug": ("name",)}

    def save_model(self, request: HttpRequest, obj: Topic, form: Any, change: bool) -> None:
        save_topic(obj)


class ContributorForm(forms.ModelForm):
    class Meta:
        model = Contributor
        fields = ("name", "slug", "credentials", "bio", "is_clinician", "user")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        staff: Any = self.fields["user"]
        staff.queryset = User.objects.filter(is_staff=True, is_active=True)


class ContributorAdmin(NoDeleteAdmin):
    ability = Ability.CATALOGUE
    form = ContributorForm
    list_display = ("name", "credentials", "is_clinician")
    prepopulated_fields = {"slug": ("name",)}

    def save_model(self, request: HttpRequest, obj: Contributor, form: Any, change: bool) -> None:
        save_contributor(obj)
