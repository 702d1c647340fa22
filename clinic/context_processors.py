"""What every page knows."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from booking.queries.clinic import current_clinic


def clinic(request: HttpRequest) -> dict[str, Any]:
    """The clinic (read once a request, when a template first asks) and whether this is a demo."""
    return {
        "clinic": SimpleLazyObject(lambda: current_clinic(request)),
        "demo": settings.DEMO,
        "base_url": settings.BASE_URL,
    }
