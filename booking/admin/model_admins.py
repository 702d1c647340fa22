"""Base classes of the model admins."""

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
from booking.admin.site import TEXT_FIELDS, AbilityModelAdmin


class NativeDateInput(forms.DateInput):
    """The browser's own date picker, which keyboards, phones and screen readers support."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


class NativeTimeInput(forms.TimeInput):
    """The browser's own time picker."""

    input_type = "time"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%H:%M")


class NativeDateTimeInput(forms.DateTimeInput):
    """The browser's own picker of date and time, in the clinic's time zone."""

    input_type = "datetime-local"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%dT%H:%M")


NATIVE_WIDGETS: Any = {
    **TEXT_FIELDS,
    models.DateField: {"widget": NativeDateInput},
    models.TimeField: {"widget": NativeTimeInput},
    models.DateTimeField: {"form_class": forms.DateTimeField, "widget": NativeDateTimeInput},
}


class ClinicModelAdmin(AbilityModelAdmin):
    """A model admin for the owner, with the browser's own pickers.

    There are no bulk deletions, and objects with appointments cannot be deleted: Django would
    first collect all of these.
    """

    ability = Ability.CATALOGUE
    actions = None
    formfield_overrides = NATIVE_WIDGETS
    list_per_page = 50
    show_full_result_count = False
    view_on_site = False
    appointments_lookup: ClassVar[str] = ""
    """The lookup from an object to its appointments; empty if it has none."""

    def get_urls(self) -> list[URLPattern]:
        """Leave out Django's unnamed addresses, which only redirect."""
        return [pattern for pattern in super().get_urls() if pattern.name]

    def post_view(self, view: Callable[..., HttpResponse]) -> Any:
        """Wrap a view that changes something: POST only, for users who may see this model."""
        post_only = require_POST(view)

        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not self.has_view_permission(request):
                raise PermissionDenied
            return post_only(request, *args, **kwargs)

        return self.admin_site.admin_view(wrapper)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        if not super().has_delete_permission(request, obj):
            return False
        lookup = self.appointments_lookup
        return obj is None or not lookup or not _has_related(obj, lookup)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if not self.has_view_permission(request):  # before the object is loaded
            raise PermissionDenied
        return super().history_view(request, object_id, extra_context)

    def _get_obj_does_not_exist_redirect(
        self, request: HttpRequest, opts: Any, object_id: str
    ) -> Any:
        raise Http404


class ReadOnlyAdmin(ClinicModelAdmin):
    """A read-only model admin. Buttons may call actions."""

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
else:  # cannot be subscripted at run time
    TypedStackedInline = StackedInline


class ClinicInline(TypedStackedInline):
    """Related rows, which everybody who may change the object may change.

    Stacked, with all fields in one line: Django's tables have no labels for screen readers.
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


def _has_related(obj: models.Model, lookup: str) -> bool:
    """Whether the lookup finds at least one row."""
    model = type(obj)._default_manager
    return model.filter(pk=obj.pk, **{f"{lookup}__isnull": False}).exists()
