"""Filters for the health questions and the health brief.

{% include "booking/desk/health/_brief.html" with brief=briefs|brief_for:appointment %}
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
    """Return the values and labels of the choice of pressure."""
    return PRESSURE_CHOICES


@register.filter
def brief_for(briefs: Mapping[int, HealthBrief], appointment: Appointment) -> HealthBrief | None:
    """Return the brief of an appointment, from briefs by its key."""
    return briefs.get(appointment.pk)


@register.filter
def get_item(mapping: Mapping[int, Any], key: int) -> Any:
    """Return the value of a key, or None."""
    return mapping.get(key)
