"""What an article said, and says."""

from articles.inputs import ArticleText, from_plain
from articles.models import Article, Revision, UnsavedText
from articles.queries.row_texts import text_of
from booking.models import User


def newest_text(article: Article) -> ArticleText:
    """What editors work on: the newest revision, whether readers see it or not."""
    if article.has_changes:
        return text_of_revision(article, article.version)
    text = text_of(article)
    assert isinstance(text, ArticleText)
    return text


def text_of_revision(article: Article, number: int) -> ArticleText:
    """Raises Revision.DoesNotExist."""
    return from_plain(article.revisions.get(number=number).text)


def find_unsaved(article: Article | None, editor: User) -> UnsavedText | None:
    """What this editor has typed and not saved."""
    return UnsavedText.objects.filter(article=article, editor=editor).first()


def history_of(article: Article) -> list[Revision]:
    """Every revision, the newest first, without its text. One query."""
    return list(article.revisions.select_related("by").defer("text"))
