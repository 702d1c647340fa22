"""An article's whole text is written: the one way in, so that all of it is cleaned."""

from collections.abc import Sequence

from django.db import transaction

from articles.actions.actor import Actor
from articles.actions.search_index import index_article
from articles.marks import clean, clean_inline
from articles.models import Article, Faq, Source, Topic
from articles.values import ArticleText
from booking.models import Treatment
from clinic.lib import clock


def write_article(article: Article, text: ArticleText, *, by: Actor) -> Article:
    """Save what it says, cleaned by the allowlist, and let it be found. Its status stays."""
    with transaction.atomic():
        article.slug, article.title = text.slug, text.title
        article.description, article.excerpt = text.description, text.excerpt
        article.summary = _clean_lines(text.summary)
        article.medical_help = _clean_lines(text.medical_help)
        article.body = clean(text.body)
        article.image, article.image_alt = text.image, text.image_alt
        article.image_caption = text.image_caption
        article.offers_booking = text.offers_booking
        article.changed_at, article.changed_by = clock.now(), by.user
        article.save()
        article.topics.set(Topic.objects.filter(slug__in=text.topics))
        article.treatments.set(Treatment.objects.filter(slug__in=text.treatments))
        _write_rows(article, text)
        index_article(article)
    return article


def _write_rows(article: Article, text: ArticleText) -> None:
    article.faqs.all().delete()
    Faq.objects.bulk_create(
        Faq(
            article=article,
            position=place,
            anchor=one.anchor,
            question=one.question,
            answer=clean_inline(one.answer),
        )
        for place, one in enumerate(text.questions, start=1)
    )
    article.sources.all().delete()
    Source.objects.bulk_create(
        Source(
            article=article,
            position=number,
            key=one.key,
            citation=one.citation,
            doi=one.doi,
            url=one.url,
            kind=one.kind,
            review_by=one.review_by,
        )
        for number, one in enumerate(text.sources, start=1)
    )


def _clean_lines(lines: Sequence[str]) -> list[str]:
    return [clean_inline(line) for line in lines]
