"""Find published articles, topics, pages and glossary terms, as readers see them."""

from collections.abc import Sequence
from datetime import datetime
from difflib import SequenceMatcher

from django.db.models import Count, Max, Prefetch, Q, QuerySet

from articles.models import Article, Comment, GlossaryTerm, OldSlug, Page, Source, Topic
from booking.models import Treatment

MAX_RELATED = 3
MAX_SIMILAR = 3
MIN_SLUG_SIMILARITY = 0.4


def find_article_for_page(slug: str, now: datetime) -> Article | None:
    """Return a visible article with all that its page shows, or None. Six queries."""
    comments = Comment.objects.approved()
    articles = Article.objects.visible(now).select_related("author", "reviewed_by")
    return articles.prefetch_related(
        "topics", "treatments", "sources", "faqs", Prefetch("comments", queryset=comments)
    ).filter(slug=slug).first()  # fmt: skip


def find_visible_article(slug: str, now: datetime) -> Article | None:
    """Return a visible article without related rows, or None. One query."""
    return Article.objects.visible(now).filter(slug=slug).first()


def find_current_slug(slug: str, now: datetime) -> str | None:
    """Return the current slug of the visible article that had this slug before, or None."""
    old = OldSlug.objects.filter(slug=slug, article__in=Article.objects.visible(now))
    return old.values_list("article__slug", flat=True).first()


def list_articles(now: datetime) -> "QuerySet[Article]":
    """Return the visible articles for lists: newest first, with topics, without long texts."""
    rows = Article.objects.visible(now).newest_first()
    return rows.defer("body", "summary", "medical_help").prefetch_related("topics")


def topics_with_articles(now: datetime) -> "QuerySet[Topic]":
    """Return the topics that have visible articles, in order, with `article_count`."""
    article_count = Count("articles", filter=Q(articles__in=Article.objects.visible(now)))
    topics = Topic.objects.annotate(article_count=article_count).filter(article_count__gt=0)
    return topics.order_by("position", "name")


def find_related_articles(article: Article, now: datetime) -> list[Article]:
    """Return the articles that share most topics and treatments with this one. Two queries."""
    topics = [topic.pk for topic in article.topics.all()]
    treatments = [treatment.pk for treatment in article.treatments.all()]
    shared = Count("topics", filter=Q(topics__in=topics), distinct=True) + Count(
        "treatments", filter=Q(treatments__in=treatments), distinct=True
    )
    rows = list_articles(now).exclude(pk=article.pk).annotate(shared=shared).filter(shared__gt=0)
    return list(rows.order_by("-shared", "-published_at", "pk")[:MAX_RELATED])


def articles_about_treatment(treatment: Treatment, now: datetime) -> list[Article]:
    """Return the newest articles about a treatment. Two queries; one if there are none."""
    return list(list_articles(now).filter(treatments=treatment)[:MAX_RELATED])


def newest_articles(now: datetime) -> list[Article]:
    """Return the newest articles. Two queries; one if there are none."""
    return list(list_articles(now)[:MAX_RELATED])


def find_similar_slugs(slug: str, now: datetime) -> list[Article]:
    """Return the articles whose slugs are most similar to an unknown one. Two queries."""
    slugs: Sequence[tuple[int, str]] = list(Article.objects.visible(now).values_list("pk", "slug"))
    similarity = {
        pk: SequenceMatcher(None, slug[:100], known_slug).ratio() for pk, known_slug in slugs
    }
    best = sorted(similarity, key=lambda pk: -similarity[pk])[:MAX_SIMILAR]
    rows = {row.pk: row for row in list_articles(now).filter(pk__in=best)}
    return [rows[pk] for pk in best if similarity[pk] >= MIN_SLUG_SIMILARITY and pk in rows]


def last_changed_at(now: datetime) -> datetime | None:
    """Return when a visible article was last changed or published; None if there is none."""
    latest = Article.objects.visible(now).aggregate(
        changed=Max("changed_at"), published=Max("published_at")
    )
    return max((when for when in latest.values() if when is not None), default=None)


def find_page(slug: str) -> Page | None:
    """Return a policy page, or None."""
    return Page.objects.filter(slug=slug).first()


def list_glossary_terms() -> list[tuple[GlossaryTerm, list[Source]]]:
    """Return all terms in alphabetical order, each with its sources. Two queries."""
    terms = list(GlossaryTerm.objects.all())
    keys = {key for term in terms for key in term.sources}
    by_key = {source.key: source for source in Source.objects.filter(key__in=keys)}
    ordered = sorted(terms, key=lambda term: term.term.casefold())
    return [(term, [by_key[key] for key in term.sources if key in by_key]) for term in ordered]
