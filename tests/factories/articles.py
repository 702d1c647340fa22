"""Factories for the models of the articles app."""

from typing import Any

import factory

from articles.actions.writing.search_index import index_article
from articles.models import (
    Article,
    ArticleEvent,
    ArticleSettings,
    Autosave,
    Comment,
    CommentEvent,
    Contributor,
    Faq,
    GlossaryTerm,
    Image,
    OldSlug,
    Page,
    Revision,
    Source,
    Topic,
)
from articles.workflow import ArticleStatus
from clinic.lib.dates import clock
from tests.factories.base import ModelFactory
from tests.factories.booking import UserFactory


class TopicFactory(ModelFactory[Topic]):
    class Meta:
        model = Topic

    slug = factory.Sequence(lambda n: f"topic-{n}")
    name = factory.Sequence(lambda n: f"Topic {n}")
    description = "What it is about."


class ContributorFactory(ModelFactory[Contributor]):
    class Meta:
        model = Contributor

    slug = factory.Sequence(lambda n: f"person-{n}")
    name = factory.Sequence(lambda n: f"Person {n}")
    credentials = "Registered nurse, no. 12345"
    bio = "Works with people who cannot sleep."


class ArticleFactory(ModelFactory[Article]):
    """A published article that can be found; `topics` and `treatments` are lists of rows."""

    class Meta:
        model = Article
        skip_postgeneration_save = True

    slug = factory.Sequence(lambda n: f"article-{n}")
    title = factory.Sequence(lambda n: f"Article {n}")
    description = factory.Sequence(lambda n: f"What article {n} says.")
    excerpt = factory.Sequence(lambda n: f"In short, article {n}.")
    summary: Any = factory.LazyFunction(lambda: ["One.", "Two.", "Three."])
    medical_help: Any = factory.LazyFunction(lambda: ["Call a doctor."])
    body = "<h2>What is it?</h2>\n<p>A thing.</p>"
    image = "moon"
    image_alt = "Drawing: the moon."
    image_caption = "The moon at night."
    status: str = ArticleStatus.PUBLISHED
    published_at: Any = factory.LazyFunction(clock.now)
    changed_at: Any = factory.LazyFunction(clock.now)

    @factory.post_generation
    def topics(self: Article, create: bool, rows: Any, **_: Any) -> None:
        self.topics.set(rows or [])

    @factory.post_generation
    def treatments(self: Article, create: bool, rows: Any, **_: Any) -> None:
        self.treatments.set(rows or [])

    @factory.post_generation
    def searchable(self: Article, create: bool, wanted: Any, **_: Any) -> None:
        if wanted is not False:
            index_article(self)


class FaqFactory(ModelFactory[Faq]):
    class Meta:
        model = Faq

    article: Any = factory.SubFactory(ArticleFactory)
    position = factory.Sequence(lambda n: n)
    anchor = factory.Sequence(lambda n: f"question-{n}")
    question = factory.Sequence(lambda n: f"Question {n}?")
    answer = "An answer."


class SourceFactory(ModelFactory[Source]):
    class Meta:
        model = Source

    article: Any = factory.SubFactory(ArticleFactory)
    position = factory.Sequence(lambda n: n)
    key = factory.Sequence(lambda n: f"source-{n}")
    citation = factory.Sequence(lambda n: f"Author {n}. A paper. Journal 2020.")
    doi = factory.Sequence(lambda n: f"10.1000/{n}")
    kind = "trial"


class OldSlugFactory(ModelFactory[OldSlug]):
    class Meta:
        model = OldSlug

    slug = factory.Sequence(lambda n: f"old-{n}")
    article: Any = factory.SubFactory(ArticleFactory)


class CommentFactory(ModelFactory[Comment]):
    """A comment that waits; `status` and `decided_at` say that it was decided on."""

    class Meta:
        model = Comment

    article: Any = factory.SubFactory(ArticleFactory)
    name = "Ana Reader"
    email = "ana@reader.example"
    text = "This helped me."


class CommentEventFactory(ModelFactory[CommentEvent]):
    """The event that is kept when comments are deleted."""

    class Meta:
        model = CommentEvent

    kind: str = CommentEvent.Action.DELETED
    at: Any = factory.LazyFunction(clock.now)


class GlossaryTermFactory(ModelFactory[GlossaryTerm]):
    class Meta:
        model = GlossaryTerm

    slug = factory.Sequence(lambda n: f"word-{n}")
    term = factory.Sequence(lambda n: f"Word {n}")
    meaning = "What it means."


class PageFactory(ModelFactory[Page]):
    class Meta:
        model = Page

    slug = factory.Sequence(lambda n: f"page-{n}")
    title = factory.Sequence(lambda n: f"Page {n}")
    description = factory.Sequence(lambda n: f"What page {n} says.")
    body = "<h2>How?</h2>\n<p>Like this.</p>"


class ImageFactory(ModelFactory[Image]):
    """A picture in two widths; its files are not there."""

    class Meta:
        model = Image

    digest = factory.Sequence(lambda n: f"{n:032x}")
    alt = factory.Sequence(lambda n: f"Picture {n}")
    width, height = 960, 640
    widths: Any = factory.LazyFunction(lambda: [480, 960])
    added_at: Any = factory.LazyFunction(clock.now)


class RevisionFactory(ModelFactory[Revision]):
    class Meta:
        model = Revision

    article: Any = factory.SubFactory(ArticleFactory)
    number = factory.Sequence(lambda n: n + 1)
    text: Any = factory.LazyFunction(dict)


class ArticleEventFactory(ModelFactory[ArticleEvent]):
    class Meta:
        model = ArticleEvent

    article: Any = factory.SubFactory(ArticleFactory)
    step = "send"
    revision_number = 1


class AutosaveFactory(ModelFactory[Autosave]):
    class Meta:
        model = Autosave

    article: Any = factory.SubFactory(ArticleFactory)
    editor: Any = factory.SubFactory(UserFactory)
    fields: Any = factory.LazyFunction(dict)


class ArticleSettingsFactory(ModelFactory[ArticleSettings]):
    class Meta:
        model = ArticleSettings

    id = 1
