"""An id for each request, and one line in the log for each response."""

import logging
import re
import secrets
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from clinic.lib.http.proxies import is_trusted
from clinic.lib.http.routes import is_static, method_of, route_of
from clinic.lib.logs.request_context import request_context

log = logging.getLogger("clinic.requests")

HEADER = "X-Request-ID"
PROXY_ID = re.compile(r"[0-9a-f]{8}[0-9a-f-]{8,56}")
"""What a proxy may send: hexadecimal digits, as nginx's $request_id, or a UUID."""


class RequestLogMiddleware:
    """Gives each request an id, and logs how it was answered: no address, and nothing it contains.

    The id is in each line that the request causes, and in the header X-Request-ID of the response,
    except of static files. A proxy of TRUSTED_PROXIES can choose it, by the same header. It must be
    the first middleware.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with request_context(_request_id(request)) as context:
            response = self.get_response(request)
            if is_static(request):  # no log line names it, and each byte of a page counts
                return response
            response[HEADER] = context.request_id
            if not _is_logged(response):
                _log_response(request, response)
            return response


def log_status(request: HttpRequest, status: int, *, level: int, cause: str = "") -> None:
    """Write the line of a request that is answered with this status."""
    method, route = method_of(request), route_of(request)
    log.log(
        level,
        "%d at %s %s%s", status, method, route, f": {cause}" if cause else "",
        extra={"method": method, "route": route, "status": status},
    )  # fmt: skip


def _log_response(request: HttpRequest, response: HttpResponse) -> None:
    if log.isEnabledFor(logging.INFO):
        log_status(request, response.status_code, level=logging.INFO)


def _is_logged(response: HttpResponse) -> bool:
    """Return whether an error has its line in the log already: by Django, or by an error page."""
    return response.status_code >= 500 and getattr(response, "_has_been_logged", False)


def _request_id(request: HttpRequest) -> str:
    wanted = str(request.META.get("HTTP_X_REQUEST_ID", ""))
    peer = str(request.META.get("REMOTE_ADDR", ""))
    if PROXY_ID.fullmatch(wanted) and is_trusted(peer, settings.TRUSTED_PROXIES):
        return wanted
    return secrets.token_hex(16)
