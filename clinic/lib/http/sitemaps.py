"""The base class of sitemaps."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap


class SiteSitemap(Sitemap):  # type: ignore[type-arg]
    """A sitemap whose URLs use settings.BASE_URL, whatever host the request names."""

    def get_protocol(self, protocol: str | None = None) -> str:
        return urlsplit(settings.BASE_URL).scheme

    def get_domain(self, site: Any = None) -> str:
        return urlsplit(settings.BASE_URL).netloc
