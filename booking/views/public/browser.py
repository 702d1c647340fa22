"""Knowing a browser again, to tell a double click from two people. No tracking: the key is
random, says nothing about anybody, and is only ever stored with a held time."""

import secrets

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE = "booking"
ONE_DAY = 86_400


def browser_key(request: HttpRequest) -> str:
    """The browser's key; a fresh one when it has none or brings a forged one."""
    key = request.get_signed_cookie(COOKIE, default="", max_age=ONE_DAY)
    return key or secrets.token_urlsafe(16)


def remember_browser(response: HttpResponse, key: str) -> None:
    """Ask the browser to bring the key along next time."""
    response.set_signed_cookie(
        COOKIE,
        key,
        max_age=ONE_DAY,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )
