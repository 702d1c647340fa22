"""Caching pages that are the same for everybody, because the view does not know who is asking.

The view gets a copy of the request without cookies, session, user or messages, so that its
response cannot hold anything personal. It is cached in this process for up to a minute, and shared
caches may keep it until the same minute ends. Browsers revalidate each time, and get a 304 while
nothing has changed. Needs a cache called "pages" in settings.CACHES.

When the minute is over, one request renders the page anew, and others get the old one until it is
there, for RENDER_SECONDS at most. `find_cached_page` finds a page before the request is processed,
so that it need not wait for its turn (`clinic.serving`).
"""

import copy
import gzip
import hashlib
import time
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache, wraps
from threading import Lock
from typing import Any

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, parse_cookie
from django.utils import translation
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.http import http_date

from clinic.lib.dates import clock
from clinic.lib.http.indentation import strip_indentation

MAX_AGE_SECONDS = 60
RENDER_SECONDS = 10
"""How long a page that is too old is still sent while another request renders it."""
MIN_GZIP_BYTES = 600
READ_OF_LANGUAGES = 501
"""Django reads at most 500 characters of Accept-Language, up to a comma if there are more."""
PERSONAL_HEADERS = ("HTTP_COOKIE", "HTTP_AUTHORIZATION", "CSRF_COOKIE")
FOUND_KEY, RENDERS_KEY = "clinic.cached_page", "clinic.renders_page"
"""Where the environment of a request has the page that was found for it, and the cache key of the
page that it renders for the others."""
View = Callable[..., HttpResponse]
_renders_until: dict[str, float] = {}
_renders_lock = Lock()


@dataclass(frozen=True, slots=True)
class CachedPage:
    """A rendered page, plain and compressed (b"" if it is too small to compress)."""

    body: bytes
    gzipped_body: bytes
    content_type: str
    etag: str
    rendered_at: datetime
    last_modified: datetime | None


def cache_anonymously(view: View) -> View:
    """Cache a page by path and language; with a query string it is rendered each time.

    Shared caches may keep both. A view may set `response.last_modified`, an aware datetime, which
    is sent as Last-Modified.
    """

    @wraps(view)
    def shared(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        key = "" if request.META.get("QUERY_STRING") else _cache_key(request.META, request.path)
        page = _usable_page(request.META, key) if key else None
        if page is None:
            try:
                response = _render_anonymously(view, request, *args, **kwargs)
                if response.status_code != 200:
                    return response
                page = _build_cached_page(response)
                if key:
                    caches["pages"].set(key, page, MAX_AGE_SECONDS + RENDER_SECONDS)
            finally:
                _renders_until.pop(key, None)
        return _build_response(request, page)

    return shared


def find_cached_page(environ: MutableMapping[str, Any]) -> bool:
    """Return whether a request (WSGI) needs nothing but a cached page, and give it that page.

    Never for a request with a session, which can have more to show.
    """
    if environ["REQUEST_METHOD"] not in ("GET", "HEAD") or environ.get("QUERY_STRING"):
        return False
    if settings.SESSION_COOKIE_NAME in parse_cookie(environ.get("HTTP_COOKIE", "")):
        return False
    page = _usable_page(environ, _cache_key(environ, environ.get("PATH_INFO", "")))
    environ[FOUND_KEY] = page
    return page is not None


def anonymous_request(request: HttpRequest) -> HttpRequest:
    """Return a copy of the request without anything that tells who sent it."""
    anonymous = copy.copy(request)
    anonymous.resolver_match = request.resolver_match
    anonymous.COOKIES = {}
    anonymous.META = {
        name: value for name, value in request.META.items() if name not in PERSONAL_HEADERS
    }
    anonymous.user = AnonymousUser()
    for name in ("session", "_messages", "_cached_user"):
        anonymous.__dict__.pop(name, None)
    return anonymous


def _render_anonymously(
    view: View, request: HttpRequest, *args: Any, **kwargs: Any
) -> HttpResponse:
    anonymous = anonymous_request(request)
    with translation.override(translation.get_language_from_request(anonymous)):
        response = view(anonymous, *args, **kwargs)
    response.cookies.clear()
    return response


def _build_cached_page(response: HttpResponse) -> CachedPage:
    body = strip_indentation(response.content)
    return CachedPage(
        body=body,
        gzipped_body=gzip.compress(body, 6, mtime=0) if len(body) >= MIN_GZIP_BYTES else b"",
        content_type=response["Content-Type"],
        etag=f'W/"{hashlib.sha256(body).hexdigest()[:32]}"',
        rendered_at=clock.now(),
        last_modified=getattr(response, "last_modified", None),
    )


def _build_response(request: HttpRequest, page: CachedPage) -> HttpResponse:
    """Return the page or a 304, cacheable for what is left of its minute."""
    use_gzip = bool(page.gzipped_body) and "gzip" in request.headers.get("Accept-Encoding", "")
    response = HttpResponse(
        page.gzipped_body if use_gzip else page.body, content_type=page.content_type
    )
    if use_gzip:
        response["Content-Encoding"] = "gzip"
    seconds_left = max(1, MAX_AGE_SECONDS - int(_age(page)))
    response["Cache-Control"] = f"public, max-age=0, s-maxage={seconds_left}, must-revalidate"
    response["ETag"] = page.etag
    modified = int(page.last_modified.timestamp()) if page.last_modified else None
    if modified is not None:
        response["Last-Modified"] = http_date(modified)
    patch_vary_headers(response, ["Accept-Encoding"])
    return get_conditional_response(request, page.etag, modified, response) or response


def _age(page: CachedPage) -> float:
    return (clock.now() - page.rendered_at).total_seconds()


def _usable_page(environ: MutableMapping[str, Any], key: str) -> CachedPage | None:
    """Return the cached page, or None if this request renders it.

    A page that is too old is rendered by the first request that finds it.
    """
    found: CachedPage | None = environ.get(FOUND_KEY) or caches["pages"].get(key)
    if found is None or environ.get(RENDERS_KEY) == key:
        return None
    if _age(found) < MAX_AGE_SECONDS or not _may_render(key):
        return found
    environ[RENDERS_KEY] = key
    return None


def _may_render(key: str) -> bool:
    """Return whether no other request renders the page, and note that this one does."""
    with _renders_lock:
        now = time.monotonic()
        if _renders_until.get(key, now) > now:
            return False
        _renders_until[key] = now + RENDER_SECONDS
        return True


def _cache_key(environ: Mapping[str, Any], path: str) -> str:
    """Return the cache key: path and language, as the browser asks for it."""
    language = _language(environ.get("HTTP_ACCEPT_LANGUAGE", "")[:READ_OF_LANGUAGES])
    return f"page:{hashlib.sha256(f'{language} {path}'.encode()).hexdigest()}"


@lru_cache(maxsize=1024)
def _language(accepted: str) -> str:
    """Return the language of the site for a header Accept-Language."""
    request = HttpRequest()
    request.META["HTTP_ACCEPT_LANGUAGE"] = accepted
    return translation.get_language_from_request(request)
