"""The desk's sections: one list, of which everybody sees what they may use."""

from dataclasses import dataclass
from typing import Any

from django import template
from django.conf import settings
from django.http import HttpRequest
from django.template.context import Context
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.queries.clinic import current_clinic
from booking.queries.roles import Ability, may, roles_of

register = template.Library()

IN_THE_BAR = 4
"""As many fit on the narrowest phone, beside "More"."""
IN_A_WIDE_BAR = 7
"""As many fit on a laptop, beside the clinic's name; the widest screens show all."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the desk: the name of its first address, its label, its icon, and who uses it."""

    address: str
    label: str | Promise
    icon: str
    ability: Ability


SECTIONS = (
    Section("desk", _("Today"), "sun", Ability.USE_DESK),
    Section("desk-calendar", _("Calendar"), "calendar", Ability.USE_DESK),
    Section("desk-book", _("Book"), "phone", Ability.USE_DESK),
    Section("desk-patients", _("Patients"), "user", Ability.OWN_CONTACTS),
    Section("desk-schedule", _("Schedule"), "clock", Ability.OWN_HOURS),
    Section("desk-mail", _("Mail"), "mail", Ability.USE_DESK),
    Section("desk-call-backs", _("Calls"), "phone", Ability.ALL_CONTACTS),
    Section("desk-reports", _("Reports"), "chart", Ability.STAFF),
    Section("desk-setup", _("Set up"), "leaf", Ability.CATALOGUE),
    Section("desk-staff", _("Team"), "users", Ability.STAFF),
)
"""In this order. The first stand in the bar, the others under "More"."""
WITHOUT_CLINIC = {"desk", "desk-setup", "desk-staff"}
"""What there is to do before the clinic is set up."""


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
    allowed = [section for section in SECTIONS if may(request.user, section.ability)]
    if current_clinic(request) is None:
        allowed = [section for section in allowed if section.address in WITHOUT_CLINIC]
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
    href = reverse(section.address)
    inside = path.startswith(href) and section.address != "desk"
    current = "page" if path == href else "true" if inside else ""
    return {"href": href, "label": section.label, "icon": section.icon, "current": current}
