"""Build an article from unsaved text, for the preview."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from articles.inputs import ArticleText
from articles.models import Article, Comment, Contributor, Faq, Source, Topic
from booking.models import Treatment


def build_preview_article(
    text: ArticleText, base: Article | None, now: datetime, *, author: Contributor | None
) -> Article:
    """Return an unsaved Article with all that its page shows. Three queries.

    `base` is the saved article that is edited, for its comments and dates; None for a new question.
    """
    article = Article(
        pk=base.pk if base else 0,
        slug=text.slug or "preview",
        title=text.title,
        description=text.description,
        excerpt=text.excerpt,
        summary=list(text.summary),
        medical_help=list(text.medical_help),
        body=text.body,
        image=text.image,
        image_alt=text.image_alt,
        image_caption=text.image_caption,
        offers_booking=text.offers_booking,
        author=author,
        comments_open=base.comments_open if base else True,
        published_at=(base and base.published_at) or now,
        changed_at=now,
    )
    _set_prefetched(
        article,
        topics=Topic.objects.filter(slug__in=text.topics),
        treatments=Treatment.objects.filter(slug__in=text.treatments),
        comments=Comment.objects.approved().filter(article=base) if base else [],
        faqs=[
            Faq(
                article=article, anchor=question.anchor, question=question.question,
                answer=question.answer,
            )
            for question in text.questions
        ],
        sources=[
            Source(
                article=article, key=source.key, citation=source.citation, doi=source.doi,
                url=source.url, kind=source.kind, review_by=source.review_by,
            )
            for source in text.sources
        ],
    )  # fmt: skip
    return article


def _set_prefetched(article: Article, **rows: Sequence[Any] | Any) -> None:
    """Fill the prefetch cache of the article."""
    article._prefetched_objects_cache = {name: list(related) for name, related in rows.items()}  # type: ignore[attr-defined]  # Django's own
