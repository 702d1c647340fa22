"""Public pages, rendered once a minute for all who have nothing of their own to see there."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from booking.access.roles import is_staff_account
from booking.models import User
from clinic.lib.http.anonymous_cache import cache_anonymously

FOR_ONE_BROWSER = "private, no-cache"
View = Callable[..., HttpResponse]


def keep_for_visitors(view: View) -> View:
    """Cache a page as `cache_anonymously` does, except for visitors who have something to see.

    Those are visitors with a message, and staff, who look at what they have just changed. Shared
    caches keep the page only if the request has no cookies; `Vary: Cookie` keeps both apart. Only
    for pages without a form (CSRF token).
    """
    kept = cache_anonymously(view)

    @wraps(view)
    def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        chosen = view if _has_own_content(request) else kept
        response = chosen(request, *args, **kwargs)
        patch_vary_headers(response, ["Cookie"])
        if request.COOKIES:
            response["Cache-Control"] = FOR_ONE_BROWSER
        return response

    return page


def _has_own_content(request: HttpRequest) -> bool:
    """Return whether the page differs for this visitor. No query without a session."""
    if settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    user = request.user
    return len(get_messages(request)) > 0 or (isinstance(user, User) and is_staff_account(user))
