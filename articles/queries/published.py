"""What readers open: one article, and what leads on from it."""

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
    """An article that readers may see, with all that its page shows. Six queries."""
    comments = Comment.objects.approved()
    found = Article.objects.visible(now).select_related("author", "reviewed_by")
    return found.prefetch_related(
        "topics", "treatments", "sources", "faqs", Prefetch("comments", queryset=comments)
    ).filter(slug=slug).first()  # fmt: skip


def find_visible_article(slug: str, now: datetime) -> Article | None:
    """An article that readers may see, to answer to. One query."""
    return Article.objects.visible(now).filter(slug=slug).first()


def find_current_slug(slug: str, now: datetime) -> str | None:
    """Where an article that lived here lives now."""
    old = OldSlug.objects.filter(slug=slug, article__in=Article.objects.visible(now))
    return old.values_list("article__slug", flat=True).first()


def list_articles(now: datetime) -> "QuerySet[Article]":
    """For lists: newest first, with topics, without the long texts."""
    rows = Article.objects.visible(now).newest_first()
    return rows.defer("body", "summary", "medical_help").prefetch_related("topics")


def topics_with_articles(now: datetime) -> "QuerySet[Topic]":
    """The topics that have something to read, with how much (`readable`), in their order."""
    article_count = Count("articles", filter=Q(articles__in=Article.objects.visible(now)))
    topics = Topic.objects.annotate(article_count=article_count).filter(article_count__gt=0)
    return topics.order_by("position", "name")


def find_related_articles(article: Article, now: datetime) -> list[Article]:
    """The articles that share most topics and treatments with one. Two queries."""
    topics = [topic.pk for topic in article.topics.all()]
    treatments = [treatment.pk for treatment in article.treatments.all()]
    shared = Count("topics", filter=Q(topics__in=topics), distinct=True) + Count(
        "treatments", filter=Q(treatments__in=treatments), distinct=True
    )
    rows = list_articles(now).exclude(pk=article.pk).annotate(shared=shared).filter(shared__gt=0)
    return list(rows.order_by("-shared", "-published_at", "pk")[:MAX_RELATED])


def articles_about_treatment(treatment: Treatment, now: datetime) -> list[Article]:
    """What to read about a treatment. Two queries; one where there is nothing."""
    return list(list_articles(now).filter(treatments=treatment)[:MAX_RELATED])


def newest_articles(now: datetime) -> list[Article]:
    """What to read first. Two queries; one where there is nothing."""
    return list(list_articles(now)[:MAX_RELATED])


def find_similar_slugs(slug: str, now: datetime) -> list[Article]:
    """The articles whose address is most like a wrong one. Two queries."""
    known: Sequence[tuple[int, str]] = list(Article.objects.visible(now).values_list("pk", "slug"))
    likeness = {pk: SequenceMatcher(None, slug[:100], other).ratio() for pk, other in known}
    best = sorted(likeness, key=lambda pk: -likeness[pk])[:MAX_SIMILAR]
    rows = {row.pk: row for row in list_articles(now).filter(pk__in=best)}
    return [rows[pk] for pk in best if likeness[pk] >= MIN_SLUG_SIMILARITY and pk in rows]


def last_changed_at(now: datetime) -> datetime | None:
    """When anything that readers see last changed. One query."""
    found = Article.objects.visible(now).aggregate(
        changed=Max("changed_at"), published=Max("published_at")
    )
    return max((when for when in found.values() if when is not None), default=None)


def find_page(slug: str) -> Page | None:
    """A page about how we work."""
    return Page.objects.filter(slug=slug).first()


def list_glossary_terms() -> list[tuple[GlossaryTerm, list[Source]]]:
    """Every word with its sources, in the order of the alphabet. Two queries."""
    terms = list(GlossaryTerm.objects.all())
    wanted = {key for term in terms for key in term.sources}
    by_key = {source.key: source for source in Source.objects.filter(key__in=wanted)}
    ordered = sorted(terms, key=lambda term: term.term.casefold())
    return [(term, [by_key[key] for key in term.sources if key in by_key]) for term in ordered]
