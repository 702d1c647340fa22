"""Cache headers of public pages."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

PUBLIC_FOR_A_MINUTE = "public, max-age=60"
View = Callable[..., HttpResponse]


def cache_publicly_for_a_minute(view: View) -> View:
    """Let shared caches keep a page for a minute, if the request has no cookies.

    With a cookie the page may show a message for one person, so that response gets no headers;
    `Vary: Cookie` keeps both apart. Only for pages without a form (CSRF token).
    """

    @wraps(view)
    def cached(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        patch_vary_headers(response, ["Cookie"])
        if not request.COOKIES and response.status_code == 200 and not response.cookies:
            response["Cache-Control"] = PUBLIC_FOR_A_MINUTE
        return response

    return cached
