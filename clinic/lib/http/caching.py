"""What caches between us and the reader may keep."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

PUBLIC_FOR_A_MINUTE = "public, max-age=60"
View = Callable[..., HttpResponse]


def cache_publicly_for_a_minute(view: View) -> View:
    """Let anybody's cache keep a page for a minute: but only as made for a stranger.

    Who brings a cookie may be shown a message meant for one person, so that answer is left
    alone; `Vary: Cookie` keeps the two apart. For pages without a form (no CSRF token).
    """

    @wraps(view)
    def cached(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        patch_vary_headers(response, ["Cookie"])
        if not request.COOKIES and response.status_code == 200 and not response.cookies:
            response["Cache-Control"] = PUBLIC_FOR_A_MINUTE
        return response

    return cached
