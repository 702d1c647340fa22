"""What all pages of the back office have in common."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib.admin import StackedInline
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.urls import URLPattern
from django.views.decorators.http import require_POST

from booking.access.roles import Ability
from booking.admin.site import AbilityModelAdmin


class NativeDateInput(forms.DateInput):
    """The browser's own picker: a keyboard, a phone and a screen reader know it."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class NativeTimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")


class NativeDateTimeInput(forms.DateTimeInput):
    """In the clinic's zone, as the whole page."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


NATIVE_WIDGETS: Any = {
    models.DateField: {"widget": NativeDateInput},
    models.TimeField: {"widget": NativeTimeInput},
    models.DateTimeField: {"form_class": forms.DateTimeField, "widget": NativeDateTimeInput},
}


class ClinicModelAdmin(AbilityModelAdmin):
    """The owner's, unless a page says otherwise.

    No deleting of many at once, and none at all of what an appointment points at: Django would
    first gather every one of them.
    """

    ability = Ability.CATALOGUE
    actions = None
    formfield_overrides = NATIVE_WIDGETS
    list_per_page = 50
    show_full_result_count = False
    view_on_site = False
    appointments_lookup: ClassVar[str] = ""
    """How to get from an object to its appointments; empty where there is no way."""

    def get_urls(self) -> list[URLPattern]:
        """Without Django's old addresses, which only redirect."""
        return [pattern for pattern in super().get_urls() if pattern.name]

    def button(self, view: Callable[..., HttpResponse]) -> Any:
        """A view that does something: for whoever may see this model, by POST."""
        posted = require_POST(view)

        def pressed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not self.has_view_permission(request):
                raise PermissionDenied
            return posted(request, *args, **kwargs)

        return self.admin_site.admin_view(pressed)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if not super().has_delete_permission(request, obj):
            return False
        way = self.appointments_lookup
        return obj is None or not way or not _has_related(obj, way)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):  # before it is looked for
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> Any:
        raise Http404


class ReadOnlyAdmin(ClinicModelAdmin):
    """To look at. What changes it is a button that calls an action."""

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if request.method == "POST" and self.has_view_permission(request):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        return super().change_view(request, object_id, form_url, extra_context)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


if TYPE_CHECKING:
    TypedStackedInline = StackedInline[Any, Any]
else:  # it takes no type when it runs
    TypedStackedInline = StackedInline


class ClinicInline(TypedStackedInline):
    """Rows of the page's own object: whoever may change it may change them.

    Stacked, with all fields in a row: Django's tables have no labels for a screen reader.
    """

    formfield_overrides = NATIVE_WIDGETS
    extra = 0
    can_delete = False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True


def _has_related(obj: models.Model, way: str) -> bool:
    """Whether there is at least one."""
    model = type(obj)._default_manager
    return model.filter(pk=obj.pk, **{f"{way}__isnull": False}).exists()
