"""Pages that are the same for everybody, because the view never learns who is asking.

The view gets a copy of the request without cookies, session, user or messages; so what it makes
cannot say anything of one person, and may be kept: here for up to a minute, and by any cache
between us and the reader until that same minute is over. Browsers ask each time, and are
answered 304 while nothing has changed.
"""

import copy
import gzip
import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date

from clinic.lib.dates import clock

MAX_AGE_SECONDS = 60
MIN_GZIP_BYTES = 600
PERSONAL_HEADERS = ("HTTP_COOKIE", "HTTP_AUTHORIZATION", "CSRF_COOKIE")
View = Callable[..., HttpResponse]


@dataclass(frozen=True, slots=True)
class CachedPage:
    """A page as it was made, in both sizes."""

    body: bytes
    gzipped_body: bytes
    content_type: str
    tag: str
    rendered_at: datetime
    changed_at: datetime | None


def cache_anonymously(view: View) -> View:
    """Let caches have a page; here it is kept by its path, if nothing was asked beyond that.

    A view may set `response.changed_at` (an instant) where that alone decides whether the page
    has changed."""

    @wraps(view)
    def shared(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = "" if request.META.get("QUERY_STRING") else _cache_key(request)
        page: CachedPage | None = caches["pages"].get(key) if key else None
        if page is None or _age(page) >= MAX_AGE_SECONDS:
            response = _render_anonymously(view, request, *args, **kwargs)
            if response.status_code != 200:
                return response
            page = _build_cached_page(response)
            if key:
                caches["pages"].set(key, page, MAX_AGE_SECONDS)
        return _build_response(request, page)

    return shared


def anonymous_request(request: HttpRequest) -> HttpRequest:
    """The same question, asked by nobody in particular."""
    stranger = copy.copy(request)
    stranger.resolver_match = request.resolver_match
    stranger.COOKIES = {}
    stranger.META = {
        name: said for name, said in request.META.items() if name not in PERSONAL_HEADERS
    }
    stranger.user = AnonymousUser()
    for name in ("session", "_messages", "_cached_user"):
        stranger.__dict__.pop(name, None)
    return stranger


def _render_anonymously(
    view: View, request: HttpRequest, *args: Any, **kwargs: Any
) -> HttpResponse:
    stranger = anonymous_request(request)
    with translation.override(translation.get_language_from_request(stranger)):
        response = view(stranger, *args, **kwargs)
    response.cookies.clear()
    return response


def _build_cached_page(response: HttpResponse) -> CachedPage:
    body = response.content
    return CachedPage(
        body=body,
        gzipped_body=gzip.compress(body, 6, mtime=0) if len(body) >= MIN_GZIP_BYTES else b"",
        content_type=response["Content-Type"],
        tag=f'W/"{hashlib.sha256(body).hexdigest()[:32]}"',
        rendered_at=clock.now(),
        changed_at=getattr(response, "changed_at", None),
    )


def _build_response(request: HttpRequest, page: CachedPage) -> HttpResponse:
    """The page, or 304; good for what is left of its minute."""
    use_gzip = bool(page.gzipped_body) and "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(
        page.gzipped_body if use_gzip else page.body, content_type=page.content_type
    )
    if use_gzip:
        response["Content-Encoding"] = "gzip"
    left = max(1, MAX_AGE_SECONDS - int(_age(page)))
    response["Cache-Control"] = f"public, max-age=0, s-maxage={left}, must-revalidate"
    response["ETag"] = page.tag
    changed = int(page.changed_at.timestamp()) if page.changed_at else None
    if changed is not None:
        response["Last-Modified"] = http_date(changed)
    patch_vary_headers(response, ["Accept-Encoding"])
    return get_conditional_response(request, page.tag, changed, response) or response


def _age(page: CachedPage) -> float:
    return (clock.now() - page.rendered_at).total_seconds()


def _cache_key(request: HttpRequest) -> str:
    """By path, and by the language that a stranger's browser asks for."""
    language = translation.get_language_from_request(anonymous_request(request))
    said = f"{language} {request.path}"
    return f"page:{hashlib.sha256(said.encode()).hexdigest()}"
