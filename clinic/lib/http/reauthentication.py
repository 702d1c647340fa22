"""Ask signed-in users to authenticate again before sensitive requests.

A session that was left open, or a stolen cookie, must not be enough to invite an owner or to
download data. allauth asks for the password, the app or a passkey, unless one was used within the
last five minutes, and then goes on with the same request.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from allauth.account.decorators import reauthentication_required
from django.http import HttpRequest, HttpResponseBase

AnyView = TypeVar("AnyView", bound=Callable[..., HttpResponseBase])
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")


def reauthenticate_for_changes(view: AnyView) -> AnyView:
    """Return a view that asks for it before requests other than GET, HEAD and OPTIONS."""
    return _with_reauthentication(view, lambda request: request.method not in SAFE_METHODS)


def reauthenticate_always(view: AnyView) -> AnyView:
    """Return a view that asks for it before every request, such as the download of a report."""
    return _with_reauthentication(view, lambda request: True)


def requires_reauthentication(view: Callable[..., Any]) -> bool:
    """Whether the view, or one that it wraps, asks to authenticate again."""
    return bool(getattr(view, "requires_reauthentication", False))


def _with_reauthentication(view: AnyView, asks: Callable[[HttpRequest], bool]) -> AnyView:
    reauthenticating = reauthentication_required(app="site")(view)

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        asked: HttpResponseBase = (reauthenticating if asks(request) else view)(
            request, *args, **kwargs
        )
        return asked

    wrapper.requires_reauthentication = True  # type: ignore[attr-defined]  # functions carry attributes
    return cast(AnyView, wrapper)
