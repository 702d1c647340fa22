"""Store what an article said as a numbered revision."""

from articles.actions.actor import Actor
from articles.inputs import ArticleText, text_to_json
from articles.models import Article, Revision
from articles.queries.row_texts import text_from_row
from clinic.lib.dates import clock


def create_revision(article: Article, text: ArticleText, *, why: str, by: Actor) -> Revision:
    """Create the next revision and raise `article.version`; the caller saves the article."""
    article.version += 1
    return Revision.objects.create(
        article=article, number=article.version, text=text_to_json(text), why=why, by=by.user,
        at=clock.now(),
    )  # fmt: skip


def create_initial_revision(article: Article) -> None:
    """Create revision 1 for an article that was saved before revisions existed."""
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
