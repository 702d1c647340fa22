"""What there is to read, each with the day on which it really changed."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from articles.models import Article, Page, Topic
from articles.queries.published import list_articles, topics_with_articles
from clinic.lib.dates import clock
from clinic.lib.http.sitemaps import SiteSitemap

POLICY_SLUGS = ("evidence-policy", "comment-policy")


class ArticleStaticSitemap(SiteSitemap):
    """The pages around the articles, once there are articles and as far as they were written."""

    def items(self) -> Sequence[str]:
        if not Article.objects.visible(clock.now()).exists():
            return ()
        written = Page.objects.filter(slug__in=POLICY_SLUGS).order_by("slug")
        return ("articles", "glossary", *written.values_list("slug", flat=True))

    def location(self, item: str) -> str:
        return reverse(item)


class ArticleSitemap(SiteSitemap):
    """Every article that readers may see."""

    def items(self) -> Sequence[Article]:
        return list(list_articles(clock.now()).prefetch_related(None))

    def location(self, item: Article) -> str:
        return reverse("article", args=[item.slug])

    def lastmod(self, item: Article) -> datetime:
        return item.changed_at


class TopicSitemap(SiteSitemap):
    """Every topic that has something to read."""

    def items(self) -> Sequence[Topic]:
        return list(topics_with_articles(clock.now()))

    def location(self, item: Topic) -> str:
        return reverse("article-topic", args=[item.slug])
