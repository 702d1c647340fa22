"""Abilities that a view of the desk requires beyond the desk's own gate."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from booking.access.roles import Ability, has_ability

View = Callable[..., HttpResponse]


def require_ability(*abilities: Ability) -> Callable[[View], View]:
    """Allow a view to users with one of these abilities. Raises PermissionDenied for others."""

    def decorator(view: View) -> View:
        @wraps(view)
        def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not any(has_ability(request.user, ability) for ability in abilities):
                raise PermissionDenied("Not with these roles.")
            return view(request, *args, **kwargs)

        return wrapper

    return decorator
