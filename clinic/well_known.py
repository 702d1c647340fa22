"""Files that programs look for at fixed addresses."""

from datetime import timedelta

from django.conf import settings
from django.contrib.sitemaps import views
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.templatetags.static import static
from django.utils.translation import get_language
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from booking.models.current_clinic import current_clinic
from clinic.lib.dates import clock
from clinic.lib.http.access_marks import open_to_all
from clinic.sitemaps import SITEMAPS

PLAIN_TEXT = "text/plain; charset=utf-8"
DISALLOWED_PATHS = ("/book/hold/", "/appointments/", "/desk/", "/me/", "/admin/", "/api/")
SECURITY_TXT_LIFETIME = timedelta(days=180)
"""RFC 9116 requires an expiry, and recommends less than a year."""


@open_to_all
@require_safe
@cache_control(public=True, max_age=3600)
def sitemap(request: HttpRequest) -> HttpResponse:
    """GET /sitemap.xml: the pages of the site for search engines."""
    return views.sitemap(request, SITEMAPS)


@open_to_all
@require_safe
@cache_control(public=True, max_age=3600)
def robots(_request: HttpRequest) -> HttpResponse:
    """GET /robots.txt: search engines shall index neither personal pages nor a demo."""
    disallowed = ("/",) if settings.DEMO else DISALLOWED_PATHS
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in disallowed)]
    if not settings.DEMO:
        lines += ["", f"Sitemap: {settings.BASE_URL}/sitemap.xml"]
    return HttpResponse("\n".join([*lines, ""]), content_type=PLAIN_TEXT)


@open_to_all
@require_safe
@cache_control(public=True, max_age=3600)
def security_txt(request: HttpRequest) -> HttpResponse:
    """GET /.well-known/security.txt (RFC 9116): whom to tell about a security problem."""
    clinic = current_clinic(request)
    if clinic is None or not clinic.email:
        raise Http404
    expires = (clock.now() + SECURITY_TXT_LIFETIME).replace(
        hour=0, minute=0, second=0, microsecond=0
    )
    lines = [
        f"Contact: mailto:{clinic.email}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {get_language() or 'en'}",
        f"Canonical: {settings.BASE_URL}/.well-known/security.txt",
    ]
    return HttpResponse("\n".join([*lines, ""]), content_type=PLAIN_TEXT)


@open_to_all
@require_safe
@cache_control(public=True, max_age=86_400)
def favicon(_request: HttpRequest) -> HttpResponseBase:
    """GET /favicon.ico: for browsers that ask for it by this name."""
    return redirect(static("clinic/icons/favicon.svg"))
