"""Helpers of the editors' pages: the admin layout, the user, the article, and its forms."""

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse

from articles.actions.actor import Actor
from articles.forms.article_text import ArticleForms
from articles.models import Article, Autosave
from articles.queries.revisions import latest_text
from booking.models import User

MAX_INTEGER = 2**31 - 1


def render_admin_page(
    request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """Render templates/admin/articles/<name>.html inside the admin layout.

    The layout's context is `request.admin_context`, which ArticleAdmin sets.
    """
    admin_context: dict[str, Any] = request.admin_context  # type: ignore[attr-defined]
    return TemplateResponse(
        request, f"admin/articles/{name}.html", admin_context | context, status=status
    )


def get_editor(request: HttpRequest) -> User:
    """Return the signed-in user; the admin admits nobody else."""
    return cast(User, request.user)


def get_actor(request: HttpRequest) -> Actor:
    """Return the signed-in user as the actor of an action."""
    return Actor(user=get_editor(request))


def get_article_or_404(pk: int) -> Article:
    """Return the article with this pk, or raise Http404."""
    if pk > MAX_INTEGER:
        raise Http404
    rows = Article.objects.select_related("author", "changed_by", "reviewed_by")
    article = rows.filter(pk=pk).first()
    if article is None:
        raise Http404
    return article


def get_named_article(data: QueryDict) -> Article | None:
    """Return the article that the parameter `article` names; None for a new one.

    Raises Http404.
    """
    pk = data.get("article", "")
    if not pk:
        return None
    if not (pk.isascii() and pk.isdecimal()):
        raise Http404
    return get_article_or_404(int(pk[:12]))


def forms_from_article(article: Article | None) -> ArticleForms:
    """Return the forms of an article with its newest text; empty forms for None."""
    if article is None:
        return ArticleForms(None, comments_open=True, version=0)
    return ArticleForms(
        article,
        text=latest_text(article),
        author=article.author_id,
        comments_open=article.comments_open,
        version=article.version,
    )


def forms_from_autosave(article: Article | None, autosave: Autosave) -> ArticleForms:
    """Return the forms bound to an autosave, as if it had just been sent."""
    data = QueryDict(mutable=True)
    for name, values in autosave.fields.items():
        data.setlist(name, values)
    return ArticleForms(article, data=data)
