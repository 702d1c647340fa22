"""Read revisions and autosaves of articles."""

from articles.inputs import ArticleText, text_from_json
from articles.models import Article, Autosave, Revision
from articles.queries.row_texts import text_from_row
from booking.models import User


def latest_text(article: Article) -> ArticleText:
    """Return the text of the newest revision, whether it is published or not."""
    if article.has_unpublished_changes:
        return get_revision_text(article, article.version)
    text = text_from_row(article)
    assert isinstance(text, ArticleText)
    return text


def get_revision_text(article: Article, number: int) -> ArticleText:
    """Return the text of a revision. Raises Revision.DoesNotExist."""
    return text_from_json(article.revisions.get(number=number).text)


def find_autosave(article: Article | None, editor: User) -> Autosave | None:
    """Return the unsaved input of an editor, or None. `article` is None for a new article."""
    return Autosave.objects.filter(article=article, editor=editor).first()


def list_revisions(article: Article) -> list[Revision]:
    """Return all revisions without their texts, the newest first. One query."""
    return list(article.revisions.select_related("by").defer("text"))
