"""What the pages about the questions before a massage need; and the brief, for the desk.

{% include "booking/desk/health/_brief.html" with brief=briefs|of:appointment %}
"""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.models import Appointment
from booking.queries.health.briefs import Brief

register = template.Library()

PRESSURES: list[tuple[str, str | Promise]] = [
    ("", _("No wish")),
    ("light", _("Light")),
    ("medium", _("Medium")),
    ("firm", _("Firm")),
]


@register.filter
def pressures(_form: object) -> list[tuple[str, str | Promise]]:
    """Values and labels of the choice of pressure."""
    return PRESSURES


@register.filter
def of(found: Mapping[int, Brief], appointment: Appointment) -> Brief | None:
    """The brief of one of them."""
    return found.get(appointment.pk)


@register.filter
def of_key(found: Mapping[int, Any], key: int) -> Any:
    """What stands under a key."""
    return found.get(key)
