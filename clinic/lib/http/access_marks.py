"""Gates closed unless opened: every view says which door it belongs to, or nobody gets in.

A whole list of URL patterns is put behind a gate in one line, `behind(gate, patterns)`;
what anyone may see is marked `@open_to_all` one by one. `AccessMarkMiddleware` refuses a view
that carries neither mark.
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
    """Mark a view as one that anyone may see."""
    view.door = PUBLIC_MARK  # type: ignore[attr-defined]  # functions carry attributes
    return view


def is_open_to_all(view: View) -> bool:
    """Whether the view is marked as one that anyone may see."""
    return getattr(view, "door", None) == PUBLIC_MARK


def apply_gate(gate: Gate, patterns: Patterns) -> Patterns:
    """The same patterns, each view wrapped in the gate and marked with the gate's name."""
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            apply_gate(gate, pattern.url_patterns)
        else:
            guarded = gate(pattern.callback)
            guarded.door = gate.__name__  # type: ignore[attr-defined]
            pattern.callback = guarded
    return patterns


def secret_link(view: View) -> View:
    """A gate for pages that a secret link opens: never stored by any cache."""

    @wraps(view)
    def uncached(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store, private"
        return response

    return uncached


class AccessMarkMiddleware:
    """Refuses every view that nobody has put behind a gate or opened."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: View, args: Any, kwargs: Any) -> None:
        if not hasattr(view, "door"):
            raise PermissionDenied("This view has no door.")
