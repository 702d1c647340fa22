"""What several pages of the back office share."""

from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from booking.access.roles import has_ability
from booking.admin.site import AbilityModelAdmin
from booking.models.current_clinic import current_clinic


class ClinicChangeList(ChangeList):
    """A list whose rows have the clinic as `clinic`: their dates follow its calendar."""

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        clinic = current_clinic(request)
        for row in self.result_list:
            row.clinic = clinic


class PagesAdmin(AbilityModelAdmin):
    """A model with a list by Django and with pages of its own for everything that changes a row."""

    list_display: Any
    actions = None

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ClinicChangeList

    def render_page(
        self, request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200
    ) -> HttpResponse:
        """Render templates/admin/<name> inside the layout of the back office."""
        context = self.admin_site.each_context(request) | {"opts": self.opts} | context
        return TemplateResponse(request, f"admin/{name}", context, status=status)

    def require_ability(self, request: HttpRequest) -> None:
        """Raise PermissionDenied if the user lacks the ability that these pages ask for."""
        if not has_ability(request.user, self.ability):
            raise PermissionDenied
