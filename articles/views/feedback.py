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
from articles.actions.comments.record_helpful_vote import say_helpful
from articles.errors import CommentsClosed
from articles.forms.public import CommentForm, is_started, now_started
from articles.models import Article
from articles.queries.published import find_for_form, moved_to
from articles.views.common import not_found
from clinic.lib.dates import clock
from clinic.lib.form_fields import without_nul
from clinic.lib.http.access_marks import open_to_all, personal
from clinic.lib.http.proxies import fair_use_address

View = Callable[[HttpRequest, Article], HttpResponse]


def of_an_article(view: View) -> Callable[..., HttpResponse]:
    """Give the view the article that its address names; 404 with the nearest without one."""

    @wraps(view)
    def found(request: HttpRequest, slug: str) -> HttpResponse:
        now = clock.now()
        article = find_for_form(slug, now)
        if article is not None:
            return view(request, article)
        new = moved_to(slug, now)
        return redirect("article", new) if new else not_found(request, slug)

    return found


@open_to_all
@personal
@require_http_methods(["GET", "HEAD", "POST"])
@of_an_article
def comment(request: HttpRequest, article: Article) -> HttpResponse:
    """GET /articles/<slug>/comment/ shows the form; POST keeps the comment until it is read."""
    if not article.comments_open:
        return _closed(request, article)
    if request.method != "POST":
        return _comment_page(request, article, CommentForm(initial={"started": now_started()}))
    form = CommentForm(without_nul(request.POST))
    if not form.is_valid():
        return _comment_page(request, article, _sendable(request, form), status=422)
    said = form.cleaned_data
    try:
        submit_comment(
            article, name=said["name"], email=said["email"], text=said["text"], by=_reader(request)
        )
    except CommentsClosed:
        return _closed(request, article)
    return _see_other("article-comment-sent", article)


@open_to_all
@personal
@require_safe
@of_an_article
def comment_sent(request: HttpRequest, article: Article) -> HttpResponse:
    """GET /articles/<slug>/comment/sent/: thanks, and what happens next."""
    return _page(request, article, "comment_sent", _("Thank you for your comment"))


@open_to_all
@personal
@require_http_methods(["GET", "HEAD", "POST"])
@of_an_article
def helpful(request: HttpRequest, article: Article) -> HttpResponse:
    """GET /articles/<slug>/helpful/ asks; POST counts one answer."""
    answer = request.POST.get("helpful")
    if request.method == "POST" and answer in ("yes", "no"):
        say_helpful(article, answer == "yes", by=_reader(request))
        return _see_other("article-thanks", article)
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
@personal
@require_safe
@of_an_article
def thanks(request: HttpRequest, article: Article) -> HttpResponse:
    """GET /articles/<slug>/helpful/thanks/: it was counted."""
    return _page(request, article, "thanks", _("Thank you"))


def _sendable(request: HttpRequest, form: CommentForm) -> CommentForm:
    """With a start of its own where the one that came cannot be used again."""
    if not is_started(request.POST.get("started", "")):
        sent = without_nul(request.POST).copy()
        sent["started"] = now_started()
        form.data = sent
    return form


def _comment_page(
    request: HttpRequest, article: Article, form: CommentForm, *, status: int = 200
) -> HttpResponse:
    return _page(request, article, "comment", _("Write a comment"), status=status, form=form)


def _closed(request: HttpRequest, article: Article) -> HttpResponse:
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


def _see_other(name: str, article: Article) -> HttpResponse:
    response = redirect(name, article.slug)
    response.status_code = 303
    return response


def _reader(request: HttpRequest) -> Actor:
    return Actor.reader(fair_use_address(request))
