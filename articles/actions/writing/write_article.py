"""An article's whole text is written: the one way in, so that all of it is cleaned and kept."""

from dataclasses import replace
from datetime import date

from django.db import transaction

from articles.actions.actor import Actor
from articles.actions.publishing.old_slugs import save_old_slug
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
    """Save what it says, keep it as a revision, and let it be found. Its status stays; whoever
    sees the article sees this text at once (editors go through revise_article)."""
    text = clean_text(text)
    with transaction.atomic():
        apply_text(article, text, by=by)
        create_revision(article, text, why=why, by=by)
        article.shown_version = article.version
        article.save(update_fields=["version", "shown_version"])
    return article


def clean_text(text: ArticleText) -> ArticleText:
    """The same, by the allowlist. Cleaning twice changes nothing more."""
    return replace(
        text,
        summary=[clean_inline_html(line) for line in text.summary],
        medical_help=[clean_inline_html(line) for line in text.medical_help],
        body=clean_html(text.body),
        questions=[replace(one, answer=clean_inline_html(one.answer)) for one in text.questions],
    )


def apply_text(article: Article, text: ArticleText, *, by: Actor, signed: bool = False) -> None:
    """The rows say this from now on. A review was of another text, unless this one is `signed`.

    Within a transaction of the caller's."""
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
    """Readers get this revision; whose signature it has stands below it."""
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
    """The first day on which a source or a label is to be looked at again."""
    days = [one.review_by for one in text.sources if one.review_by]
    return min([*days, *find_review_dates(*fragments_with_marks(text))], default=None)


def _replace_rows(article: Article, text: ArticleText) -> None:
    article.faqs.all().delete()
    Faq.objects.bulk_create(
        Faq(
            article=article,
            position=place,
            anchor=one.anchor,
            question=one.question,
            answer=one.answer,
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
