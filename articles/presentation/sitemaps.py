"""The articles, topics and policy pages in sitemap.xml."""

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from articles.models import Article, Page, Topic
from articles.queries.published import list_articles, topics_with_articles
from clinic.lib.dates import clock
from clinic.lib.http.sitemaps import SiteSitemap

POLICY_SLUGS = ("evidence-policy", "comment-policy")


class ArticleStaticSitemap(SiteSitemap):
    """The list, the glossary and the policy pages; empty until an article is published."""

    def items(self) -> Sequence[str]:
        if not Article.objects.visible(clock.now()).exists():
            return ()
        pages = Page.objects.filter(slug__in=POLICY_SLUGS).order_by("slug")
        return ("articles", "glossary", *pages.values_list("slug", flat=True))

    def location(self, item: str) -> str:
        return reverse(item)


class ArticleSitemap(SiteSitemap):
    """Every visible article, with the time of its last change."""

    def items(self) -> Sequence[Article]:
        return list(list_articles(clock.now()).prefetch_related(None))

    def location(self, item: Article) -> str:
        return reverse("article", args=[item.slug])

    def lastmod(self, item: Article) -> datetime:
        return item.changed_at


class TopicSitemap(SiteSitemap):
    """Every topic with at least one visible article."""

    def items(self) -> Sequence[Topic]:
        return list(topics_with_articles(clock.now()))

    def location(self, item: Topic) -> str:
        return reverse("article-topic", args=[item.slug])
