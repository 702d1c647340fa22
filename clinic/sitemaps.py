"""The sitemaps of the site. Only articles have a date of change (lastmod)."""

from collections.abc import Sequence

from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from articles.presentation.sitemaps import ArticleSitemap, ArticleStaticSitemap, TopicSitemap
from booking.models import Therapist, Treatment
from clinic.lib.http.sitemaps import SiteSitemap


class StaticPagesSitemap(SiteSitemap):
    """Pages that always exist."""

    def items(self) -> Sequence[str]:
        return (
            "home", "treatments", "therapists", "about", "contact", "book", "privacy",
            "accessibility",
        )  # fmt: skip

    def location(self, item: str) -> str:
        return reverse(item)


class TreatmentSitemap(SiteSitemap):
    """Treatments that can be booked."""

    def items(self) -> Sequence[str]:
        return list(Treatment.objects.bookable().values_list("slug", flat=True))

    def location(self, item: str) -> str:
        return reverse("treatment", args=[item])


class TherapistSitemap(SiteSitemap):
    """Active therapists."""

    def items(self) -> Sequence[str]:
        return list(Therapist.objects.filter(is_active=True).values_list("slug", flat=True))

    def location(self, item: str) -> str:
        return reverse("therapist", args=[item])


SITEMAPS: dict[str, type[Sitemap] | Sitemap] = {
    "pages": StaticPagesSitemap,
    "treatments": TreatmentSitemap,
    "therapists": TherapistSitemap,
    "reading": ArticleStaticSitemap,
    "articles": ArticleSitemap,
    "topics": TopicSitemap,
}
