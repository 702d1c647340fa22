"""The pages that are worth finding. Only articles say when they changed: nobody keeps count of
the others."""

from collections.abc import Sequence

from django.contrib.sitemaps import Sitemap
from django.urls import reverse

from articles.sitemaps import Articles, Reading, Topics
from booking.models import Therapist, Treatment
from clinic.lib.http.sitemaps import OfThisSite


class Pages(OfThisSite):
    """The pages that are always there."""

    def items(self) -> Sequence[str]:
        return (
            "home", "treatments", "therapists", "about", "contact", "book", "privacy",
            "accessibility",
        )  # fmt: skip

    def location(self, item: str) -> str:
        return reverse(item)


class Treatments(OfThisSite):
    def items(self) -> Sequence[str]:
        return list(Treatment.objects.bookable().values_list("slug", flat=True))

    def location(self, item: str) -> str:
        return reverse("treatment", args=[item])


class Therapists(OfThisSite):
    def items(self) -> Sequence[str]:
        return list(Therapist.objects.filter(is_active=True).values_list("slug", flat=True))

    def location(self, item: str) -> str:
        return reverse("therapist", args=[item])


SITEMAPS: dict[str, type[Sitemap] | Sitemap] = {
    "pages": Pages,
    "treatments": Treatments,
    "therapists": Therapists,
    "reading": Reading,
    "articles": Articles,
    "topics": Topics,
}
