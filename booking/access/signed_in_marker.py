"""A cookie that tells scripts whether somebody is signed in.

Public pages are the same for everybody. Their script requests the account's part of the header only
if this cookie is there, which saves a request for other visitors. The server never relies on it.
"""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

COOKIE, VALUE = f"{settings.COOKIE_PREFIX}signed_in", "1"


def update_marker(request: HttpRequest, response: HttpResponseBase) -> None:
    """Set or delete the cookie if it differs from whether the user is signed in."""
    marked = request.COOKIES.get(COOKIE) == VALUE
    if request.user.is_authenticated and not marked:
        response.set_cookie(
            COOKIE,
            VALUE,
            max_age=request.session.get_expiry_age(),
            secure=settings.SESSION_COOKIE_SECURE,
            samesite="Lax",
        )
    elif COOKIE in request.COOKIES and not request.user.is_authenticated:
        response.delete_cookie(COOKIE, samesite="Lax")
