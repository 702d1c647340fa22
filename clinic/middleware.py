"""Response headers, compression, and pages for errors that any view may raise."""

from collections.abc import Callable

from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware

from booking.access.roles import Ability, has_ability
from booking.actions.audit.sign_ins import record_unsuccessful_request
from booking.errors import RateLimitExceeded
from clinic.errors import database_error_page, refusal_page, too_many_requests
from clinic.lib.http.access_marks import is_open_to_all
from clinic.lib.refusal import Refusal

GetResponse = Callable[[HttpRequest], HttpResponse]
UNUSED_FEATURES = (
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
    "magnetometer=(), microphone=(), midi=(), payment=(), usb=(), browsing-topics=()"
)


HEADERS_OF_DOCUMENTS = (
    "Content-Security-Policy",
    "Cross-Origin-Opener-Policy",
    "Permissions-Policy",
)
"""Headers that browsers ignore on style sheets and scripts: they are left out there, to save half a
kilobyte each."""
NOT_DOCUMENTS = ("text/css", "text/javascript")


class SecurityHeadersMiddleware:
    """Sets security headers for which Django has no setting.

    Style sheets and scripts get none of those that concern documents.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.setdefault("Permissions-Policy", UNUSED_FEATURES)
        response.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        if response.get("Content-Type", "").startswith(NOT_DOCUMENTS):
            for name in HEADERS_OF_DOCUMENTS:
                del response[name]
        return response


class CompressPublicPagesMiddleware(GZipMiddleware):
    """Compresses public pages.

    Personal pages are not compressed, because their length could reveal secrets (BREACH); pictures
    are not, because they are compressed already.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        match = request.resolver_match
        is_picture = response.get("Content-Type", "").startswith("image/")
        if match is None or not is_open_to_all(match.func) or is_picture:
            return response
        return super().process_response(request, response)


class PrivateCookieResponsesMiddleware:
    """Forbids caches to store a response that sets or deletes a cookie."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.cookies and "public" in response.get("Cache-Control", ""):
            response["Cache-Control"] = "private, no-store"
        return response


class StoringSessionMiddleware(SessionMiddleware):
    """Stores sessions as Django's middleware does, and reports every database error alike.

    Django's raises SessionInterrupted only if an existing row cannot be saved. Here it is also
    raised for a new session and for its UserSession: the view has finished its work, and the page
    of `clinic.errors.bad_request` says so. A request that the database refused changes no session.
    """

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if getattr(response, "is_database_error", False):
            return response
        try:
            return super().process_response(request, response)
        except DatabaseError as error:
            raise SessionInterrupted("The session was not stored.") from error


class DatabaseErrorMiddleware:
    """Answer 503 when the database is away or cannot save, and 409 when somebody holds a lock.

    Any other database error is a fault of the program and stays a 500.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return database_error_page(request, error)


class RefusalMiddleware:
    """Answers a refusal that the view did not expect with its sentence and its status.

    That happens when another request changes a row after the view has looked at it.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        return refusal_page(request, error) if isinstance(error, Refusal) else None


class LongArticleFormMiddleware:
    """Lets editors send longer forms, because a whole article is one form.

    The limit is far above the longest article, so that a text that is too long gets an error
    beside its field instead of an error page.
    """

    max_bytes = 8 * 1024 * 1024

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self._is_article_form(request):
            request._body = request.read(self.max_bytes)
        return self.get_response(request)

    def _is_article_form(self, request: HttpRequest) -> bool:
        length = request.META.get("CONTENT_LENGTH") or "0"
        return (
            request.method == "POST"
            and request.path.startswith("/admin/articles/article/")
            and request.content_type == "application/x-www-form-urlencoded"
            and length.isdecimal()
            and int(length) <= self.max_bytes
            and has_ability(request.user, Ability.ARTICLES)
        )


class RateLimitMiddleware:
    """Answers RateLimitExceeded with the page for 429, which says when to try again."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        if isinstance(error, RateLimitExceeded):
            return too_many_requests(request, error.retry_after)
        return None


class AuditMiddleware:
    """Records in the audit trail what actions do not: refused pages and failed sign-ins."""

    statuses = frozenset({403, 422})

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code in self.statuses:
            record_unsuccessful_request(request, response.status_code)
        return response
