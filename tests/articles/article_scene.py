"""A published article with every optional part."""

from dataclasses import dataclass
from datetime import timedelta

from articles.models import Article, Comment
from articles.queries.published import find_article_for_page
from clinic.lib.dates import clock
from tests.factories import (
    ArticleFactory,
    CommentFactory,
    FaqFactory,
    PageFactory,
    SourceFactory,
    TopicFactory,
)
from tests.scene import Scene, make_weekday_clinic

ARTICLE_BODY = (
    "<h2>Is it real?</h2>\n"
    '<p>It may help. <span data-evidence="weak"></span> '
    '<cite data-source="first second"></cite></p>\n'
    '<div data-callout="note"><p>Mind this.</p></div>\n'
    "<h2>What next?</h2>\n<p>Rest.</p>"
)


@dataclass
class ArticleScene:
    """A clinic that can be booked, and an article about its treatment; see `make_article_scene`."""

    clinic: Scene
    article: Article

    @property
    def path(self) -> str:
        return f"/articles/{self.article.slug}/"


def make_article_scene() -> ArticleScene:
    clinic = make_weekday_clinic()
    article = ArticleFactory(
        slug="rest",
        title="Resting & <legs>",
        description="What rest does.",
        excerpt="Rest, in short.",
        summary=["Lie down.", "Sleep.", 'Wait. <cite data-source="second"></cite>'],
        medical_help=["Call a doctor if it is red."],
        body=ARTICLE_BODY,
        topics=[TopicFactory(slug="sleep", name="Sleep", position=1)],
        treatments=[clinic.treatment],
        offers_booking=True,
        published_at=clock.now() - timedelta(days=30),
        changed_at=clock.now() - timedelta(days=2),
    )
    FaqFactory(article=article, anchor="why", question="Why?", answer="Because.")
    SourceFactory(article=article, key="first", position=1, doi="10.1000/1")
    SourceFactory(
        article=article, key="second", position=2, doi="", url="https://www.example.org/page"
    )
    for slug in ("evidence-policy", "comment-policy"):
        PageFactory(slug=slug, title=slug.replace("-", " ").capitalize())
    return ArticleScene(clinic, article)


def make_approved_comment(article: Article, text: str = "This helped me.") -> Comment:
    """Create an approved comment."""
    now = clock.now()
    return CommentFactory(article=article, text=text, status="approved", decided_at=now)


def make_related_article(article: Article) -> Article:
    """Create another article on the same topic and treatment."""
    return ArticleFactory(topics=article.topics.all(), treatments=article.treatments.all())


def reload_as_reader(article: Article) -> Article:
    """Load the article as its page does."""
    article_row = find_article_for_page(article.slug, clock.now())
    assert article_row is not None
    return article_row
