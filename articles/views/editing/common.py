"""What every page of editors needs: the frame of the back office, who asks, and which article."""

from typing import Any, cast

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.template.response import TemplateResponse

from articles.actions.actor import Actor
from articles.forms.article_text import Written
from articles.models import Article, UnsavedText
from articles.queries.revisions import newest_text
from booking.models import User

LARGEST_NUMBER = 2**31 - 1


def office_page(
    request: HttpRequest, name: str, context: dict[str, Any], *, status: int = 200
) -> HttpResponse:
    """A page with the header of the back office (`request.frame`, set by the admin)."""
    frame: dict[str, Any] = request.frame  # type: ignore[attr-defined]
    return TemplateResponse(request, f"admin/articles/{name}.html", frame | context, status=status)


def editor_of(request: HttpRequest) -> User:
    return cast(User, request.user)  # the gate lets nobody else in


def actor_of(request: HttpRequest) -> Actor:
    return Actor(user=editor_of(request))


def find(pk: int) -> Article:
    """The article of an address, or 404."""
    if pk > LARGEST_NUMBER:
        raise Http404
    rows = Article.objects.select_related("author", "changed_by", "reviewed_by")
    article = rows.filter(pk=pk).first()
    if article is None:
        raise Http404
    return article


def find_named(asked: QueryDict) -> Article | None:
    """The article that a form or a query names; None for one that is only being begun."""
    named = asked.get("article", "")
    if not named:
        return None
    if not (named.isascii() and named.isdecimal()):
        raise Http404
    return find(int(named[:12]))


def forms_of(article: Article | None) -> Written:
    """The forms with what is saved."""
    if article is None:
        return Written(None, comments_open=True, version=0)
    return Written(
        article,
        text=newest_text(article),
        author=article.author_id,
        comments_open=article.comments_open,
        version=article.version,
    )


def forms_of_unsaved(article: Article | None, kept: UnsavedText) -> Written:
    """The forms with what was typed and not saved, as if it had just been sent."""
    sent = QueryDict(mutable=True)
    for name, values in kept.fields.items():
        sent.setlist(name, values)
    return Written(article, sent=sent)
