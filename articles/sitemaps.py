"""What there is to read, each with the day on which it really changed."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from articles.models import Article, Topic
from articles.queries.reading import listed, topics_with_articles
from clinic.lib import clock
from clinic.lib.sitemaps import OfThisSite


class Articles(OfThisSite):
    """Every article that readers may see."""

    def items(self) -> Sequence[Article]:
        return list(listed(clock.now()).prefetch_related(None))

    def location(self, item: Article) -> str:
        return reverse("article", args=[item.slug])

    def lastmod(self, item: Article) -> datetime:
        return item.changed_at


class Topics(OfThisSite):
    """Every topic that has something to read."""

    def items(self) -> Sequence[Topic]:
        return list(topics_with_articles(clock.now()))

    def location(self, item: Topic) -> str:
        return reverse("article-topic", args=[item.slug])
