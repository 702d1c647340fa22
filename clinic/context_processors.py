"""Template context of every page."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from booking.models.current_clinic import current_clinic
from booking.queries.availability.opening_hours import opening_hours_lines, weekly_opening_hours


def clinic(request: HttpRequest) -> dict[str, Any]:
    """Return the clinic and its opening hours, which are read when a template uses them."""
    return {
        "clinic": SimpleLazyObject(lambda: current_clinic(request)),
        "opening_lines": SimpleLazyObject(
            lambda: opening_hours_lines(weekly_opening_hours(request))
        ),
        "demo": settings.DEMO,
        "base_url": settings.BASE_URL,
    }
