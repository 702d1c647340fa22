"""What every page of editors needs: the frame of the back office, who asks, and which article."""

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
    """A page with the header of the back office (`request.admin_context`, set by the admin)."""
    admin_context: dict[str, Any] = request.admin_context  # type: ignore[attr-defined]
    return TemplateResponse(
        request, f"admin/articles/{name}.html", admin_context | context, status=status
    )


def get_editor(request: HttpRequest) -> User:
    return cast(User, request.user)  # the gate lets nobody else in


def get_actor(request: HttpRequest) -> Actor:
    return Actor(user=get_editor(request))


def get_article_or_404(pk: int) -> Article:
    """The article of an address, or 404."""
    if pk > MAX_INTEGER:
        raise Http404
    rows = Article.objects.select_related("author", "changed_by", "reviewed_by")
    article = rows.filter(pk=pk).first()
    if article is None:
        raise Http404
    return article


def get_named_article(asked: QueryDict) -> Article | None:
    """The article that a form or a query names; None for one that is only being begun."""
    named = asked.get("article", "")
    if not named:
        return None
    if not (named.isascii() and named.isdecimal()):
        raise Http404
    return get_article_or_404(int(named[:12]))


def forms_from_article(article: Article | None) -> ArticleForms:
    """The forms with what is saved."""
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
    """The forms with what was typed and not saved, as if it had just been sent."""
    sent = QueryDict(mutable=True)
    for name, values in autosave.fields.items():
        sent.setlist(name, values)
    return ArticleForms(article, data=sent)
