"""What an article said, and says."""

from articles.inputs import ArticleText, text_from_json
from articles.models import Article, Autosave, Revision
from articles.queries.row_texts import text_from_row
from booking.models import User


def latest_text(article: Article) -> ArticleText:
    """What editors work on: the newest revision, whether readers see it or not."""
    if article.has_unpublished_changes:
        return get_revision_text(article, article.version)
    text = text_from_row(article)
    assert isinstance(text, ArticleText)
    return text


def get_revision_text(article: Article, number: int) -> ArticleText:
    """Raises Revision.DoesNotExist."""
    return text_from_json(article.revisions.get(number=number).text)


def find_autosave(article: Article | None, editor: User) -> Autosave | None:
    """What this editor has typed and not saved."""
    return Autosave.objects.filter(article=article, editor=editor).first()


def list_revisions(article: Article) -> list[Revision]:
    """Every revision, the newest first, without its text. One query."""
    return list(article.revisions.select_related("by").defer("text"))
