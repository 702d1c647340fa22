"""A cookie that tells scripts whether somebody is signed in, and nothing else.

Public pages are the same for everybody. Their script asks for the account's part of the header only
if this cookie is there, so that visitors who are not signed in send no further request. The server
never relies on it.
"""

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

COOKIE, VALUE = "signed_in", "1"


def update_marker(request: HttpRequest, response: HttpResponseBase) -> None:
    """Set or delete the cookie if it does not say whether the user is signed in."""
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
