"""Answering to an article: a comment, and whether it was of use. No cache keeps these pages."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from articles.actions.actor import Actor
from articles.actions.comments.comments import submit_comment
from articles.actions.comments.record_helpful_vote import record_helpful_vote
from articles.errors import CommentsClosed
from articles.forms.public import CommentForm, is_form_start_valid, sign_form_start
from articles.models import Article
from articles.queries.published import find_current_slug, find_visible_article
from articles.views.common import article_not_found
from clinic.lib.dates import clock
from clinic.lib.form_fields import strip_nul
from clinic.lib.http.access_marks import open_to_all, secret_link
from clinic.lib.http.proxies import rate_limit_address

ArticleView = Callable[[HttpRequest, Article], HttpResponse]


def with_article(view: ArticleView) -> Callable[..., HttpResponse]:
    """Give the view the article that its address names; 404 with the nearest without one."""

    @wraps(view)
    def found(request: HttpRequest, slug: str) -> HttpResponse:
        now = clock.now()
        article = find_visible_article(slug, now)
        if article is not None:
            return view(request, article)
        new = find_current_slug(slug, now)
        return redirect("article", new) if new else article_not_found(request, slug)

    return found


@open_to_all
@secret_link
@require_http_methods(["GET", "HEAD", "POST"])
@with_article
def comment(request: HttpRequest, article: Article) -> HttpResponse:
    """GET /articles/<slug>/comment/ shows the form; POST keeps the comment until it is read."""
    if not article.comments_open:
        return _comments_closed_page(request, article)
    if request.method != "POST":
        return _comment_page(request, article, CommentForm(initial={"started": sign_form_start()}))
    form = CommentForm(strip_nul(request.POST))
    if not form.is_valid():
        return _comment_page(request, article, _with_fresh_start(request, form), status=422)
    said = form.cleaned_data
    try:
        submit_comment(
            article,
            name=said["name"],
            email=said["email"],
            text=said["text"],
            by=_reader_actor(request),
        )
    except CommentsClosed:
        return _comments_closed_page(request, article)
    return _redirect_see_other("article-comment-sent", article)


@open_to_all
@secret_link
@require_safe
@with_article
def comment_sent(request: HttpRequest, article: Article) -> HttpResponse:
    """GET /articles/<slug>/comment/sent/: thanks, and what happens next."""
    return _page(request, article, "comment_sent", _("Thank you for your comment"))


@open_to_all
@secret_link
@require_http_methods(["GET", "HEAD", "POST"])
@with_article
def helpful(request: HttpRequest, article: Article) -> HttpResponse:
    """GET /articles/<slug>/helpful/ asks; POST counts one answer."""
    answer = request.POST.get("helpful")
    if request.method == "POST" and answer in ("yes", "no"):
        record_helpful_vote(article, answer == "yes", by=_reader_actor(request))
        return _redirect_see_other("article-helpful-thanks", article)
    missing = request.method == "POST"
    return _page(
        request,
        article,
        "helpful",
        _("Was this page helpful?"),
        status=422 if missing else 200,
        missing=missing,
    )


@open_to_all
@secret_link
@require_safe
@with_article
def helpful_thanks(request: HttpRequest, article: Article) -> HttpResponse:
    """GET /articles/<slug>/helpful/thanks/: it was counted."""
    return _page(request, article, "helpful_thanks", _("Thank you"))


def _with_fresh_start(request: HttpRequest, form: CommentForm) -> CommentForm:
    """With a start of its own where the one that came cannot be used again."""
    if not is_form_start_valid(request.POST.get("started", "")):
        sent = strip_nul(request.POST).copy()
        sent["started"] = sign_form_start()
        form.data = sent
    return form


def _comment_page(
    request: HttpRequest, article: Article, form: CommentForm, *, status: int = 200
) -> HttpResponse:
    return _page(request, article, "comment", _("Write a comment"), status=status, form=form)


def _comments_closed_page(request: HttpRequest, article: Article) -> HttpResponse:
    return _page(
        request, article, "comments_closed", str(CommentsClosed.sentence).rstrip("."), status=410
    )


def _page(
    request: HttpRequest,
    article: Article,
    name: str,
    title: str,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    context = {"article": article, "page_title": title, **more}
    return render(request, f"articles/{name}.html", context, status=status)


def _redirect_see_other(name: str, article: Article) -> HttpResponse:
    response = redirect(name, article.slug)
    response.status_code = 303
    return response


def _reader_actor(request: HttpRequest) -> Actor:
    return Actor.reader(rate_limit_address(request))
