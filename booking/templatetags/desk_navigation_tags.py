"""The navigation of the desk: the sections that the user may use."""

from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template.context import Context
from django.urls import reverse

from booking.access.roles import Ability, has_ability, roles_of
from booking.models.current_clinic import current_clinic
from booking.registries import navigation
from booking.registries.navigation import Section

register = template.Library()

MAX_BAR_ITEMS = 4
"""How many fit on the narrowest phone, beside "More"."""
MAX_WIDE_BAR_ITEMS = 7
"""How many fit on a laptop, beside the clinic's name; wider screens show all."""


@register.filter
def may_use_desk(request: HttpRequest) -> bool:
    """Return whether the signed-in user may use the desk."""
    return has_ability(request.user, Ability.USE_DESK)


@register.filter
def needs_second_factor(request: HttpRequest) -> bool:
    """Return whether the user must add a second factor first. Only for pages behind a gate."""
    required = settings.STAFF_SECOND_FACTOR == "required"
    return (
        required and bool(roles_of(request.user)) and not getattr(request, "second_factors", None)
    )


@register.inclusion_tag("booking/desk/_nav.html", takes_context=True)
def desk_navigation(context: Context) -> dict[str, Any]:
    """Render the navigation of the desk."""
    request: HttpRequest = context["request"]
    allowed = [
        section for section in navigation.sections() if has_ability(request.user, section.ability)
    ]
    if current_clinic(request) is None:
        allowed = [section for section in allowed if not section.needs_clinic]
    links = [_link(section, request.path) for section in allowed]
    return {
        "sections": links,
        "max_bar_items": MAX_BAR_ITEMS,
        "max_wide_bar_items": MAX_WIDE_BAR_ITEMS,
        "user": request.user,
        "request": request,
        "csrf_token": context.get("csrf_token"),
    }


def _link(section: Section, path: str) -> dict[str, Any]:
    href = reverse(section.url_name)
    inside = path.startswith(href) and section.url_name != "desk"
    current = "page" if path == href else "true" if inside else ""
    return {"href": href, "label": section.label, "icon": section.icon, "current": current}
