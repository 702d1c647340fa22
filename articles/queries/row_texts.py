"""Convert rows to the plain values of articles.inputs."""

from functools import singledispatch

from articles.inputs import (
    ArticleText,
    ContentText,
    PageText,
    QuestionText,
    SourceText,
    TermText,
    TopicText,
)
from articles.models import Article, GlossaryTerm, Page, Topic
from articles.models.topic import ContentFileModel


@singledispatch
def text_from_row(row: ContentFileModel) -> ContentText:
    """Return the texts of a row as a ContentText. Raises TypeError for other models."""
    raise TypeError(f"{type(row).__name__} has no text.")


@text_from_row.register
def _(article: Article) -> ArticleText:
    return ArticleText(
        slug=article.slug,
        title=article.title,
        description=article.description,
        excerpt=article.excerpt,
        summary=list(article.summary),
        medical_help=list(article.medical_help),
        body=article.body,
        image=article.image,
        image_alt=article.image_alt,
        image_caption=article.image_caption,
        topics=sorted(topic.slug for topic in article.topics.all()),
        treatments=sorted(treatment.slug for treatment in article.treatments.all()),
        offers_booking=article.offers_booking,
        questions=[
            QuestionText(question.anchor, question.question, question.answer)
            for question in article.faqs.all()
        ],
        sources=[
            SourceText(
                source.key, source.citation, source.doi, source.url, source.kind, source.review_by
            )
            for source in article.sources.all()
        ],
    )


@text_from_row.register
def _(topic: Topic) -> TopicText:
    return TopicText(topic.slug, topic.name, topic.description, topic.position)


@text_from_row.register
def _(term: GlossaryTerm) -> TermText:
    return TermText(term.slug, term.term, term.meaning, list(term.sources))


@text_from_row.register
def _(page: Page) -> PageText:
    return PageText(page.slug, page.title, page.description, page.body)
