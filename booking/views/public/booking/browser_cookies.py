"""Cookies of a booking: a key of the browser, and the chosen preferences.

The key tells a double click from two people. It is random and is stored with holds only.
"""

import secrets

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_slug
from django.http import HttpRequest, HttpResponse

from booking.models import Treatment
from booking.queries.catalogue import therapists_offering

BROWSER_COOKIE = f"{settings.COOKIE_PREFIX}booking"
PREFERENCES_COOKIE = f"{settings.COOKIE_PREFIX}preferences"
ONE_DAY_SECONDS = 86_400


def browser_key(request: HttpRequest) -> str:
    """Return the browser's key, or a new one if it has none or a forged one."""
    return known_browser_key(request) or secrets.token_urlsafe(16)


def known_browser_key(request: HttpRequest) -> str:
    """Return the browser's key, or "" if it has none or an invalid one."""
    return request.get_signed_cookie(BROWSER_COOKIE, default="", max_age=ONE_DAY_SECONDS) or ""


def remember_browser(response: HttpResponse, key: str) -> None:
    """Store the browser's key in a signed cookie for a day."""
    response.set_signed_cookie(
        BROWSER_COOKIE,
        key,
        max_age=ONE_DAY_SECONDS,
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def remember_preferences(response: HttpResponse, therapist: str, part: str) -> None:
    """Store the chosen therapist and part of the day in a session cookie."""
    response.set_cookie(
        PREFERENCES_COOKIE,
        f"{therapist}:{part}",
        httponly=True,
        secure=settings.SESSION_COOKIE_SECURE,
        samesite="Lax",
    )


def remembered_preferences(request: HttpRequest, treatment: Treatment) -> tuple[str, str]:
    """Return therapist (slug) and part of the day as stored, if the treatment has them."""
    therapist, _, part = request.COOKIES.get(PREFERENCES_COOKIE, "").partition(":")
    try:
        validate_slug(therapist)
    except ValidationError:
        therapist = ""
    if therapist and therapist not in {row.slug for row in therapists_offering(treatment)}:
        therapist = ""
    return therapist, "evening" if part == "evening" else ""
