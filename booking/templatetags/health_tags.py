"""What the pages about the questions before a massage need; and the brief, for the desk.

{% include "booking/desk/health/_brief.html" with brief=briefs|of:appointment %}
"""

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from booking.models import Appointment
from booking.queries.health.briefs import HealthBrief

register = template.Library()

PRESSURE_CHOICES: list[tuple[str, str | Promise]] = [
    ("", _("No wish")),
    ("light", _("Light")),
    ("medium", _("Medium")),
    ("firm", _("Firm")),
]


@register.filter
def pressure_choices(_form: object) -> list[tuple[str, str | Promise]]:
    """Values and labels of the choice of pressure."""
    return PRESSURE_CHOICES


@register.filter
def brief_for(found: Mapping[int, HealthBrief], appointment: Appointment) -> HealthBrief | None:
    """The brief of one of them."""
    return found.get(appointment.pk)


@register.filter
def get_item(found: Mapping[int, Any], key: int) -> Any:
    """What stands under a key."""
    return found.get(key)
