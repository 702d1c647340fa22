"""The admin site and its permissions."""

from functools import wraps
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.options import IS_FACETS_VAR, IS_POPUP_VAR, TO_FIELD_VAR
from django.contrib.admin.views.main import (
    ALL_VAR,
    ORDER_VAR,
    PAGE_VAR,
    SEARCH_VAR,
)
from django.db import models
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import SimpleTemplateResponse
from django.urls import URLPattern, URLResolver
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from booking.access.roles import Ability, has_ability
from booking.actions.audit.record import Action
from booking.actions.audit.settings import record_setting, setting_name
from booking.forms.fields import EmailField, MultilineField, SingleLineField
from booking.models.current_clinic import current_clinic

ALLOWED_METHODS = ["GET", "HEAD", "POST"]
MODEL_ORDER = (
    "Treatment", "Room", "RoomKind", "Therapist", "ClinicProfile", "OpeningHours", "Closure",
    "NotificationText", "ScreeningSignature", "AccommodationRule", "User", "Appointment",
    "AppointmentEvent",
)  # fmt: skip
"""Order of the models, those changed most often first. Others follow."""


class ClinicAdminSite(AdminSite):
    """The admin without its own sign-in: admin_gate (booking.access.gates) does that.

    Models of installed packages are not registered.
    """

    site_title = site_header = _("Back office")
    index_title = _("What would you like to change?")
    final_catch_all_view = False
    excluded_url_names: ClassVar[frozenset[str]] = frozenset(
        {
            "autocomplete",
            "login",
            "logout",
            "password_change",
            "password_change_done",
            "view_on_site",
        }
    )

    def has_permission(self, request: HttpRequest) -> bool:
        return has_ability(request.user, Ability.ARTICLES)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Return what every page shows: Django's values, and whether to link to the desk."""
        may_use_desk = has_ability(request.user, Ability.USE_DESK)
        return {**super().each_context(request), "may_use_desk": may_use_desk}

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Wrap a view so that forms and pages show times in the clinic's time zone."""
        inner = require_http_methods(ALLOWED_METHODS)(super().admin_view(view, cacheable))

        @wraps(view)
        def in_clinic_time_zone(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            clinic = current_clinic(request)
            with timezone.override(clinic.zone if clinic else None):
                response = inner(request, *args, **kwargs)
                if isinstance(response, SimpleTemplateResponse):
                    response.render()
            return response

        return in_clinic_time_zone

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[Any]:
        """Return the models in MODEL_ORDER instead of alphabetically."""
        apps: list[Any] = super().get_app_list(request, app_label)
        for app in apps:
            app["models"].sort(key=lambda model: _model_position(model["object_name"]))
        return apps

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return [
            pattern
            for pattern in super().get_urls()
            if getattr(pattern, "name", None) not in self.excluded_url_names
        ]


def _model_position(name: str) -> int:
    return MODEL_ORDER.index(name) if name in MODEL_ORDER else len(MODEL_ORDER)


LIST_PARAMETERS = frozenset(
    {ALL_VAR, IS_FACETS_VAR, IS_POPUP_VAR, ORDER_VAR, PAGE_VAR, SEARCH_VAR, TO_FIELD_VAR}
)
"""Parameters of a list that are not filters."""
FILTER_LOOKUPS = frozenset(
    {"exact", "in", "isnull", "gte", "lt", "id__exact", "year", "month", "day"}
)
"""Lookups that Django's filters append to the name of a field."""


def _filter_name(item: Any) -> str:
    """Return the name of the query parameter, or of the field, of an item of `list_filter`."""
    if isinstance(item, tuple | list):
        return str(item[0])
    return item if isinstance(item, str) else str(item.parameter_name)


if TYPE_CHECKING:
    TypedModelAdmin = ModelAdmin[Any]
else:  # cannot be subscripted at run time
    TypedModelAdmin = ModelAdmin


TEXT_FIELDS: Any = {
    models.CharField: {"form_class": SingleLineField},
    models.EmailField: {"form_class": EmailField},
    models.SlugField: {"form_class": forms.SlugField},
    models.URLField: {"form_class": forms.URLField, "assume_scheme": "https"},
    models.TextField: {"form_class": MultilineField},
}
"""The form fields of text columns: the same as in the site's other forms."""


class AbilityModelAdmin(TypedModelAdmin):
    """A model admin whose permission is an ability (booking.access.roles), not Django's own.

    Its list can be filtered only by what it offers. Django allows any column, so that a filter such
    as `password__startswith` would reveal a secret letter by letter.
    """

    formfield_overrides = TEXT_FIELDS

    ability: ClassVar[Ability]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Show the list; redirect first to drop parameters that are not among its filters.

        Django adds `e` after an invalid filter, which is dropped too.
        """
        query = request.GET.copy()
        for name in request.GET:
            if name not in LIST_PARAMETERS and not self.lookup_allowed(name, "", request):
                del query[name]
        if len(query) < len(request.GET):
            address = f"{request.path}?{query.urlencode()}" if query else request.path
            return HttpResponseRedirect(address)
        return super().changelist_view(request, extra_context)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """Return the object. An empty `_to_field`, for which Django raises an error, counts as
        none."""
        return super().get_object(request, object_id, from_field or None)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Return whether `lookup` is a filter that the list offers."""
        filters = self.list_filter if request is None else self.get_list_filter(request)
        offered = [_filter_name(item) for item in filters]
        if self.date_hierarchy:
            offered.append(self.date_hierarchy)
        names = {f"{name}__{part}" for name in offered for part in FILTER_LOOKUPS}
        return lookup in names or lookup in offered

    def has_module_permission(self, request: HttpRequest) -> bool:
        return has_ability(request.user, self.ability)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_ability(request.user, self.ability)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_ability(request.user, self.ability)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_ability(request.user, self.ability)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return has_ability(request.user, self.ability)

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Log the addition as Django does, and record it in the audit trail."""
        record_setting(setting_name(obj), action=Action.CREATED)
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """Log the change as Django does, and record it in the audit trail."""
        record_setting(setting_name(obj), fields=_changed_fields(message))
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        """Log deletions as Django does, and record each in the audit trail."""
        for obj in queryset:
            record_setting(setting_name(obj), action=Action.DELETED)
        return super().log_deletions(request, queryset)


def _changed_fields(message: Any) -> list[str]:
    """Return the names of the changed fields in a message of Django's
    `construct_change_message`."""
    parts = message if isinstance(message, list) else []
    changes = (part.get("changed", {}) for part in parts if isinstance(part, dict))
    return [str(name) for change in changes for name in change.get("fields", [])]


admin_site = ClinicAdminSite(name="admin")
