"""Filters for the health questions and the health brief.

{% include "booking/desk/health/_brief.html" with brief=briefs|brief_for:appointment %}
"""

from collections.abc import Mapping
from typing import Any

from django import template

from booking.models import Appointment
from booking.queries.health.briefs import HealthBrief

register = template.Library()


@register.filter
def brief_for(briefs: Mapping[int, HealthBrief], appointment: Appointment) -> HealthBrief | None:
    """Return the brief of an appointment, from briefs by its key."""
    return briefs.get(appointment.pk)


@register.filter
def get_item(mapping: Mapping[int, Any], key: int) -> Any:
    """Return the value of a key, or None."""
    return mapping.get(key)
