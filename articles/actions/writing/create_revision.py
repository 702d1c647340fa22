"""Every text that is saved is kept: whole, with who and why."""

from articles.actions.actor import Actor
from articles.inputs import ArticleText, text_to_json
from articles.models import Article, Revision
from articles.queries.row_texts import text_from_row
from clinic.lib.dates import clock


def create_revision(article: Article, text: ArticleText, *, why: str, by: Actor) -> Revision:
    """The next number. The article's own row is the caller's to save."""
    article.version += 1
    return Revision.objects.create(
        article=article, number=article.version, text=text_to_json(text), why=why, by=by.user,
        at=clock.now(),
    )  # fmt: skip


def create_initial_revision(article: Article) -> None:
    """The first revision of an article that was written before revisions were kept."""
    text = text_from_row(article)
    assert isinstance(text, ArticleText)
    article.version = article.shown_version = 1
    Revision.objects.create(
        article=article,
        number=1,
        text=text_to_json(text),
        by=article.changed_by,
        at=article.changed_at,
    )
