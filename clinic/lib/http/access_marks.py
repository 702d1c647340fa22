"""Access marks: every view states who may see it, or is refused.

`apply_gate(gate, patterns)` puts a whole list of URL patterns behind a gate (a decorator of views)
and marks them. Public views are marked one by one with `@open_to_all`. `AccessMarkMiddleware`
refuses views without a mark.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import URLPattern, URLResolver

View = Callable[..., HttpResponseBase]
Gate = Callable[[View], View]
Patterns = list[URLPattern | URLResolver]


PUBLIC_MARK = "open to all"


def open_to_all(view: View) -> View:
    """Mark a view as public."""
    view.access_mark = PUBLIC_MARK  # type: ignore[attr-defined]  # functions carry attributes
    return view


def is_open_to_all(view: View) -> bool:
    """Return whether the view is marked as public."""
    return getattr(view, "access_mark", None) == PUBLIC_MARK


def access_mark_of(view: Any) -> str:
    """Return the name of the gate in front of a view, PUBLIC_MARK, or "" without a mark."""
    return str(getattr(view, "access_mark", ""))


def apply_gate(gate: Gate, patterns: Patterns) -> Patterns:
    """Wrap the view of each pattern in the gate, mark it with the gate's name, and return them."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            apply_gate(gate, pattern.url_patterns)
        else:
            gated_view = gate(pattern.callback)
            gated_view.access_mark = gate.__name__  # type: ignore[attr-defined]
            pattern.callback = gated_view
    return patterns


def secret_link(view: View) -> View:
    """A gate for pages that a secret link opens. No cache may store them."""

    @wraps(view)
    def uncached(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store, private"
        return response

    return uncached


def provider_webhook(view: View) -> View:
    """A gate for addresses that another program calls; the view verifies who calls it."""

    @wraps(view)
    def uncached(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store, private"
        return response

    return uncached


class AccessMarkMiddleware:
    """Refuses views that are neither behind a gate nor public."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: Any) -> None:
        if not hasattr(view, "access_mark"):
            raise PermissionDenied("This view has no access mark.")
