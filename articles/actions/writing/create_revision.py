"""Every text that is saved is kept: whole, with who and why."""

from articles.actions.actor import Actor
from articles.inputs import ArticleText, to_plain
from articles.models import Article, Revision
from articles.queries.row_texts import text_of
from clinic.lib.dates import clock


def keep_revision(article: Article, text: ArticleText, *, why: str, by: Actor) -> Revision:
    """The next number. The article's own row is the caller's to save."""
    article.version += 1
    return Revision.objects.create(
        article=article, number=article.version, text=to_plain(text), why=why, by=by.user,
        at=clock.now(),
    )  # fmt: skip


def keep_what_was(article: Article) -> None:
    """The first revision of an article that was written before revisions were kept."""
    text = text_of(article)
    assert isinstance(text, ArticleText)
    article.version = article.shown_version = 1
    Revision.objects.create(
        article=article, number=1, text=to_plain(text), by=article.changed_by, at=article.changed_at
    )
