"""Error pages. They need neither the database nor a session nor context processors."""

from typing import Any

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string

from clinic.lib.http.carried_fields import carried_fields

FORM_CONTENT_TYPE = "application/x-www-form-urlencoded"
SECRET_FIELD_WORDS = ("password", "code", "credential")
DESK_PATH = "/desk/"
REQUEST_TOO_LARGE_ERRORS = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def error_page(status: int) -> HttpResponse:
    """Return the error page of a status. It must not be cached."""
    body = render_to_string(f"errors/{status}.html")
    return HttpResponse(body, status=status, headers={"Cache-Control": "no-store"})


def bad_request(_request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the page for 400, or for 413 if the request was too large."""
    return error_page(413 if isinstance(exception, REQUEST_TOO_LARGE_ERRORS) else 400)


def forbidden(_request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the page for 403."""
    return error_page(403)


def csrf_failure(_request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return the page for 403, for a form with a missing or wrong CSRF token."""
    return error_page(403)


def not_found(_request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the page for 404."""
    return error_page(404)


def server_error(_request: HttpRequest) -> HttpResponse:
    """Return the page for 500."""
    return error_page(500)


def too_many_requests(_request: HttpRequest, retry_after: int) -> HttpResponse:
    """Return the page for 429. `retry_after` is the number of seconds to wait."""
    response = error_page(429)
    response["Retry-After"] = str(retry_after)
    return response


def change_in_progress(request: HttpRequest) -> HttpResponse:
    """Return the page for 409: another transaction holds a lock, and trying again succeeds.

    What was typed is kept: the page's button sends the same form again.
    """
    body = render_to_string("errors/409.html", _form_to_send_again(request))
    headers = {"Cache-Control": "no-store", "Retry-After": "5"}
    return HttpResponse(body, status=409, headers=headers)


def _form_to_send_again(request: HttpRequest) -> dict[str, Any]:
    """Return the context of a page that can send a POST again; empty for one that cannot.

    Files cannot be sent again by a page, and passwords and codes must not be written into one.
    """
    is_form = request.method == "POST" and request.content_type == FORM_CONTENT_TYPE
    if not is_form or any(word in name for name in request.POST for word in SECRET_FIELD_WORDS):
        return {}
    return {
        "path": request.get_full_path(),
        "carried_fields": carried_fields(request.POST),
        "csrf_token": get_token(request),
        "is_desk": request.path.startswith(DESK_PATH),
    }


def service_unavailable(_request: HttpRequest, **_: Any) -> HttpResponse:
    """Return the page for 503, for a database that is unavailable."""
    response = error_page(503)
    response["Retry-After"] = "30"
    return response
