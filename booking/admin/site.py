"""The site of the back office, and who may do what in it."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.admin import AdminSite, ModelAdmin
from django.http import HttpRequest
from django.urls import URLPattern, URLResolver
from django.utils.translation import gettext_lazy as _

from booking.queries.roles import Ability, may


class BackOffice(AdminSite):
    """Without doors of its own: its gate (booking.urls.gates) signs people in, and asks for the
    second factor. Nothing is registered here by the packages that we use."""

    site_title = site_header = _("Back office")
    index_title = _("What would you like to change?")
    final_catch_all_view = False
    without: ClassVar[frozenset[str]] = frozenset(
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
        return may(request.user, Ability.ARTICLES)

    def get_urls(self) -> list[URLPattern | URLResolver]:
        return [
            pattern
            for pattern in super().get_urls()
            if getattr(pattern, "name", None) not in self.without
        ]


if TYPE_CHECKING:
    AnyAdmin = ModelAdmin[Any]
else:  # it takes no type when it runs
    AnyAdmin = ModelAdmin


class RoleAdmin(AnyAdmin):
    """Asks the table of roles (booking.queries.roles), never Django's own permissions."""

    ability: ClassVar[Ability]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may(request.user, self.ability)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, self.ability)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, self.ability)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, self.ability)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may(request.user, self.ability)


back_office = BackOffice(name="admin")
