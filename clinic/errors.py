"""Error pages. None of them needs the database, a session or a context processor."""

from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

REQUEST_TOO_LARGE_ERRORS = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def error_page(status: int) -> HttpResponse:
    """The page for a status, which nobody may cache."""
    body = render_to_string(f"errors/{status}.html")
    return HttpResponse(body, status=status, headers={"Cache-Control": "no-store"})


def bad_request(_request: HttpRequest, exception: Exception) -> HttpResponse:
    """400, or 413 when more was sent than we take."""
    return error_page(413 if isinstance(exception, REQUEST_TOO_LARGE_ERRORS) else 400)


def forbidden(_request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(403)


def csrf_failure(_request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: old, or not ours."""
    return error_page(403)


def not_found(_request: HttpRequest, exception: Exception) -> HttpResponse:
    return error_page(404)


def server_error(_request: HttpRequest) -> HttpResponse:
    return error_page(500)


def too_many_requests(_request: HttpRequest, retry_after: int) -> HttpResponse:
    """429: more than anybody needs; `retry_after` seconds and it works again."""
    response = error_page(429)
    response["Retry-After"] = str(retry_after)
    return response


def change_in_progress(_request: HttpRequest) -> HttpResponse:
    """409: another transaction holds a lock; it succeeds when tried again."""
    response = error_page(409)
    response["Retry-After"] = "5"
    return response


def service_unavailable(_request: HttpRequest, **_: Any) -> HttpResponse:
    """503: something we need is away; most likely for a moment."""
    response = error_page(503)
    response["Retry-After"] = "30"
    return response
