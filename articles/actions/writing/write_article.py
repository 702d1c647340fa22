"""Write the whole text of an article: cleaned, stored as a revision, and indexed for search."""

from dataclasses import replace
from datetime import date

from django.db import transaction

from articles.actions.actor import Actor
from articles.actions.publishing.slugs import save_old_slug
from articles.actions.writing.create_revision import create_revision
from articles.actions.writing.search_index import index_article
from articles.errors import SlugTaken
from articles.inputs import ArticleText
from articles.models import Article, ArticleEvent, Faq, Source, Topic
from articles.queries.row_texts import text_from_row
from articles.text.marks import clean_html, clean_inline_html, find_review_dates
from articles.text.source_order import fragments_with_marks
from articles.workflow import ArticleStep
from booking.models import ClinicProfile, Treatment
from booking.models.current_clinic import clinic_date
from clinic.lib.dates import clock


def write_article(article: Article, text: ArticleText, *, by: Actor, why: str = "") -> Article:
    """Save a text as the newest revision and show it at once; the status does not change.

    For loading content: editors use revise_article, which leaves published text alone.
    Raises SlugTaken.
    """
    text = clean_text(text)
    with transaction.atomic():
        apply_text(article, text, by=by)
        create_revision(article, text, why=why, by=by)
        article.shown_version = article.version
        article.save(update_fields=["version", "shown_version"])
    return article


def clean_text(text: ArticleText) -> ArticleText:
    """Return the text with its HTML cleaned by the allowlist. Idempotent."""
    return replace(
        text,
        summary=[clean_inline_html(line) for line in text.summary],
        medical_help=[clean_inline_html(line) for line in text.medical_help],
        body=clean_html(text.body),
        questions=[
            replace(question, answer=clean_inline_html(question.answer))
            for question in text.questions
        ],
    )


def apply_text(article: Article, text: ArticleText, *, by: Actor, signed: bool = False) -> None:
    """Store a text in the rows that readers see, within a transaction of the caller.

    Unless the text is `signed`, a change of it removes the review by a clinician.
    Raises SlugTaken.
    """
    if Article.objects.filter(slug=text.slug).exclude(pk=article.pk).exists():
        raise SlugTaken()
    if article.pk is not None and not signed and text_from_row(article) != text:
        article.reviewed_by = article.reviewed_on = None
    if article.pk is not None:
        save_old_slug(article, text.slug)
    article.slug, article.title = text.slug, text.title
    article.description, article.excerpt = text.description, text.excerpt
    article.summary, article.medical_help = list(text.summary), list(text.medical_help)
    article.body = text.body
    article.image, article.image_alt = text.image, text.image_alt
    article.image_caption = text.image_caption
    article.offers_booking = text.offers_booking
    article.review_due = _earliest_review_date(text)
    article.changed_at, article.changed_by = clock.now(), by.user
    article.save()
    article.topics.set(Topic.objects.filter(slug__in=text.topics))
    article.treatments.set(Treatment.objects.filter(slug__in=text.treatments))
    _replace_rows(article, text)
    index_article(article)


def apply_revision(article: Article, text: ArticleText, *, revision_number: int, by: Actor) -> None:
    """Show a revision to readers, with the clinician who signed it as its reviewer."""
    signature = _find_signature(article, revision_number)
    apply_text(article, text, by=by, signed=signature is not None)
    if signature is not None:
        article.reviewed_by = signature.clinician
        article.reviewed_on = clinic_date(signature.at, ClinicProfile.current())
    article.shown_version = revision_number
    article.save(update_fields=["shown_version", "reviewed_by", "reviewed_on"])


def _find_signature(article: Article, revision_number: int) -> ArticleEvent | None:
    signatures = article.events.filter(
        step=ArticleStep.SIGN, revision_number=revision_number
    ).select_related("clinician")
    return signatures.first()


def _earliest_review_date(text: ArticleText) -> date | None:
    """Return the first date on which a source or an evidence label is due for review."""
    days = [source.review_by for source in text.sources if source.review_by]
    return min([*days, *find_review_dates(*fragments_with_marks(text))], default=None)


def _replace_rows(article: Article, text: ArticleText) -> None:
    article.faqs.all().delete()
    Faq.objects.bulk_create(
        Faq(
            article=article,
            position=place,
            anchor=question.anchor,
            question=question.question,
            answer=question.answer,
        )
        for place, question in enumerate(text.questions, start=1)
    )
    article.sources.all().delete()
    Source.objects.bulk_create(
        Source(
            article=article,
            position=number,
            key=source.key,
            citation=source.citation,
            doi=source.doi,
            url=source.url,
            kind=source.kind,
            review_by=source.review_by,
        )
        for number, source in enumerate(text.sources, start=1)
    )
