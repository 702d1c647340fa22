"""Acts before which whoever is signed in shows once more who they are.

A session that was left open, or a cookie that was stolen, must not be enough to invite an owner or
to take data away. allauth asks for the password, the app or a passkey, unless that was shown within
the last minutes, and then goes on with the same request.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from allauth.account.decorators import reauthentication_required
from django.http import HttpRequest, HttpResponseBase

AnyView = TypeVar("AnyView", bound=Callable[..., HttpResponseBase])
READING = ("GET", "HEAD", "OPTIONS")


def important_act(view: AnyView) -> AnyView:
    """Ask again before a request that changes something; the page of a form opens as usual."""
    return _asking(view, lambda request: request.method not in READING)


def important_to_read(view: AnyView) -> AnyView:
    """Ask again before every request, such as one for a file with much of what is stored."""
    return _asking(view, lambda request: True)


def is_important_act(view: Callable[..., Any]) -> bool:
    """Whether the view, or one that it wraps, is an important act."""
    return bool(getattr(view, "is_important_act", False))


def _asking(view: AnyView, asks: Callable[[HttpRequest], bool]) -> AnyView:
    reauthenticating = reauthentication_required(app="site")(view)

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked: HttpResponseBase = (reauthenticating if asks(request) else view)(
            request, *args, **kwargs
        )
        return asked

    wrapper.is_important_act = True  # type: ignore[attr-defined]  # functions carry attributes
    return cast(AnyView, wrapper)
