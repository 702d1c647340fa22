"""Error pages. They need neither the database nor a session nor context processors.

Addresses under /api/ get JSON: `{"error": "..."}`.
"""

import logging
import sys
from collections.abc import Callable, Sequence
from typing import Any

from django.contrib.sessions.exceptions import SessionInterrupted
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import Error as DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.request import UnreadablePostError
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from booking.errors import ChangeInProgress
from booking.registries.error_reports import ErrorSource, report_error
from clinic.lib.crypto.cipher import DecryptionError
from clinic.lib.database_errors import (
    cannot_write,
    is_connection_lost,
    is_lock_timeout,
    is_statement_timeout,
    is_transaction_conflict,
)
from clinic.lib.http.carried_fields import carried_fields
from clinic.lib.http.request_log import log_status
from clinic.lib.refusal import Refusal

FORM_CONTENT_TYPE = "application/x-www-form-urlencoded"
SECRET_FIELD_WORDS = ("password", "code", "credential")
JSON_PATH, DESK_PATHS = "/api/", ("/desk/", "/admin/")
REQUEST_TOO_LARGE_ERRORS = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
API_SENTENCES = {
    400: _("This request could not be read."),
    404: _("There is nothing at this address."),
    409: _("This is being changed by somebody else right now. Please try again in a moment."),
    429: _("Too many requests. Please try again later."),
    500: _("Something went wrong on our side."),
    503: _("The site is not available right now. Please try again in a moment."),
}
DATABASE_ERRORS: Sequence[tuple[Callable[[DatabaseError], bool], int, int, str]] = (
    (cannot_write, 503, 300, "cannot save"),
    (is_statement_timeout, 503, 10, "busy"),
    (is_connection_lost, 503, 30, "away"),
    (is_lock_timeout, 409, 5, ""),
    (is_transaction_conflict, 409, 5, ""),
)
"""Status, seconds for Retry-After, and what the page says, for each kind of database error."""


def error_page(status: int, *, address: str = "", **context: Any) -> HttpResponse:
    """Return the error page of a status, for the path that was asked for. It must not be cached."""
    headers = {"Cache-Control": "no-store"}
    if address.startswith(JSON_PATH) and status in API_SENTENCES:
        answer = {"error": str(API_SENTENCES[status])}
        return JsonResponse(answer, status=status, headers=headers)
    context["is_desk"] = address.startswith(DESK_PATHS)
    body = render_to_string(f"errors/{status}.html", context)
    return HttpResponse(body, status=status, headers=headers)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the page for 400, or for 413 if the request was too large.

    Django also ends here if a session could not be saved, whatever the reason. The view has done
    its work, and the visitor must look whether it was saved: 503 after a database error, 409 if the
    session was ended meanwhile, such as by signing in or out in another tab.
    """
    if isinstance(exception, SessionInterrupted):
        return _session_not_saved(request, exception)
    status = 413 if isinstance(exception, REQUEST_TOO_LARGE_ERRORS) else 400
    return error_page(status, address=request.path)


def _session_not_saved(request: HttpRequest, exception: SessionInterrupted) -> HttpResponse:
    if not _has_database_problem(exception):
        return error_page(409, address=request.path, reason="session ended")
    log_status(request, 503, level=logging.ERROR, cause="the session was not saved")
    response = error_page(503, address=request.path, reason="unconfirmed")
    response["Retry-After"] = "5"
    response._has_been_logged = True  # type: ignore[attr-defined]  # as in _try_again
    return response


def _has_database_problem(error: BaseException | None) -> bool:
    """Whether an error was raised while one that is in DATABASE_ERRORS was handled."""
    while error is not None:
        if isinstance(error, DatabaseError) and any(row[0](error) for row in DATABASE_ERRORS):
            return True
        error = error.__context__
    return False


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the page for 403: the user may not open the page, or may not do what they
    requested."""
    return error_page(403, address=request.path)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Return the page for 403, for a form with a missing or wrong CSRF token."""
    return error_page(403, address=request.path, is_form_too_old=True)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Return the page for 404."""
    return error_page(404, address=request.path)


def server_error(request: HttpRequest) -> HttpResponse:
    """Return the page for 500, or the one for a database error that is nobody's fault.

    Errors in a view are answered by the middleware; this is for those in other middleware.
    """
    error = sys.exc_info()[1]
    if not isinstance(error, Exception):
        return error_page(500, address=request.path)
    answer = database_error_page(request, error)
    if answer is None:
        report_error(error, ErrorSource.REQUEST)
    return answer or error_page(500, address=request.path)


def too_many_requests(request: HttpRequest, retry_after: int) -> HttpResponse:
    """Return the page for 429. `retry_after` is the number of seconds to wait."""
    response = error_page(429, address=request.path)
    response["Retry-After"] = str(retry_after)
    return response


def refusal_page(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """Return the page for a refusal that the view did not expect, with its sentence and status."""
    # Not its name, which can tell what was answered to a health question.
    log_status(request, refusal.status, level=logging.ERROR, cause="a refusal without a page")
    if request.path.startswith(JSON_PATH):
        response: HttpResponse = JsonResponse({"error": str(refusal)}, status=refusal.status)
        response["Cache-Control"] = "no-store"
        return response
    response = error_page(409, address=request.path, reason="refused", message=str(refusal))
    response.status_code = refusal.status
    return response


def overloaded(address: str) -> HttpResponse:
    """Return the page for 503 if there are too many requests at once."""
    response = error_page(503, address=address, reason="busy")
    response["Retry-After"] = "5"
    return response


def database_error_page(request: HttpRequest, error: Exception) -> HttpResponse | None:
    """Return the page for an error of the database that is not the program's fault, or None.

    Status 409 if somebody else holds a lock, 503 if the database is not reachable, too slow, or
    cannot save. The page's button sends the same form again, so that nothing has to be typed again.
    Also for a stored value that cannot be decrypted, unless a page handles that. Logs one line.
    """
    if isinstance(error, ChangeInProgress):
        return _try_again(request, 409, error, retry_after=5)
    if isinstance(error, DecryptionError):
        return _try_again(request, 503, error, retry_after=300, reason="unreadable")
    if not isinstance(error, DatabaseError):
        return None
    for applies, status, retry_after, reason in DATABASE_ERRORS:
        if applies(error):
            return _try_again(request, status, error, retry_after=retry_after, reason=reason)
    return None


def _try_again(
    request: HttpRequest, status: int, error: Exception, *, retry_after: int, reason: str = ""
) -> HttpResponse:
    cause = type(error.__cause__ or error).__name__
    log_status(request, status, level=logging.ERROR, cause=cause)
    form = _form_to_send_again(request)
    response = error_page(status, address=request.path, reason=reason, **form)
    response["Retry-After"] = str(retry_after)
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django would log it again
    response.is_database_error = True  # type: ignore[attr-defined]  # no session is saved
    return response


def _form_to_send_again(request: HttpRequest) -> dict[str, Any]:
    """Return the template context to send a POST again; empty if it must not be.

    A page cannot send files again, and must not contain passwords and codes. A POST that failed
    before its CSRF token was checked can be from another site.
    """
    if not getattr(request, "csrf_processing_done", False):
        return {}
    if request.method != "POST" or request.content_type != FORM_CONTENT_TYPE:
        return {}
    try:
        data = request.POST
    except (UnreadablePostError, *REQUEST_TOO_LARGE_ERRORS):
        return {}
    if any(word in name for name in data for word in SECRET_FIELD_WORDS):
        return {}
    return {
        "path": request.get_full_path(),
        "carried_fields": carried_fields(data),
        "csrf_token": get_token(request),
    }
