"""The URL pattern of a request, for logs: the address itself can identify a person."""

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
UNKNOWN = "an unknown address"


def route_of(request: HttpRequest) -> str:
    """Return the pattern that the address matches, such as /appointments/<token>/cancel/."""
    match = request.resolver_match
    if match is not None:
        return f"/{match.route}"
    if is_static(request):
        return settings.STATIC_URL
    try:
        return f"/{resolve(request.path_info).route}"
    except Resolver404:
        return UNKNOWN


def is_static(request: HttpRequest) -> bool:
    """Return whether a style sheet, script or picture of the site itself is asked for."""
    return request.path_info.startswith(settings.STATIC_URL)


def method_of(request: HttpRequest) -> str:
    """Return the method, or OTHER for one that nobody knows: visitors can send any word."""
    return request.method if request.method in METHODS else "OTHER"
