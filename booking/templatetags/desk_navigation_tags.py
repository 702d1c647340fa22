"""The desk's sections: one list, of which everybody sees what they may use."""

from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template.context import Context
from django.urls import reverse

from booking.access.roles import Ability, may, roles_of
from booking.models.current_clinic import current_clinic
from booking.registries import navigation
from booking.registries.navigation import Section

register = template.Library()

IN_THE_BAR = 4
"""As many fit on the narrowest phone, beside "More"."""
IN_A_WIDE_BAR = 7
"""As many fit on a laptop, beside the clinic's name; the widest screens show all."""


@register.filter
def uses_desk(request: HttpRequest) -> bool:
    """Whether there is a desk for whoever is signed in."""
    return may(request.user, Ability.USE_DESK)


@register.filter
def lacks_factor(request: HttpRequest) -> bool:
    """Whether the desk stays shut until a second factor is added. For pages behind a gate."""
    required = settings.STAFF_SECOND_FACTOR == "required"
    return required and bool(roles_of(request.user)) and not getattr(request, "factors", None)


@register.inclusion_tag("booking/desk/_nav.html", takes_context=True)
def desk_sections(context: Context) -> dict[str, Any]:
    """The navigation of the desk, for whoever asks."""
    request: HttpRequest = context["request"]
    allowed = [section for section in navigation.sections() if may(request.user, section.ability)]
    if current_clinic(request) is None:
        allowed = [section for section in allowed if not section.needs_clinic]
    links = [_link(section, request.path) for section in allowed]
    return {
        "sections": links,
        "in_the_bar": IN_THE_BAR,
        "in_a_wide_bar": IN_A_WIDE_BAR,
        "user": request.user,
        "request": request,
        "csrf_token": context.get("csrf_token"),
    }


def _link(section: Section, path: str) -> dict[str, Any]:
    href = reverse(section.url_name)
    inside = path.startswith(href) and section.url_name != "desk"
    current = "page" if path == href else "true" if inside else ""
    return {"href": href, "label": section.label, "icon": section.icon, "current": current}
