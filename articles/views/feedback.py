"""Comments and helpful votes of readers. These pages are never cached."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from articles.actions.actor import Actor
from articles.actions.comments.record_helpful_vote import record_helpful_vote
from articles.actions.comments.submit_comment import submit_comment
from articles.errors import CommentsClosed
from articles.forms.comments import CommentForm, is_form_start_valid, sign_form_start
from articles.models import Article
from articles.views.common import with_article
from clinic.lib.form_fields import strip_nul
from clinic.lib.http.access_marks import open_to_all, secret_link
from clinic.lib.http.form_pages import see_other
from clinic.lib.http.help_notice import see_other_with_help
from clinic.lib.http.proxies import rate_limit_address


@open_to_all
@secret_link
@require_http_methods(["GET", "HEAD", "POST"])
@with_article
def comment(request: HttpRequest, article: Article) -> HttpResponse:
    """GET /articles/<slug>/comment/ shows the form; POST stores the comment as pending."""
    if not article.comments_open:
        return _comments_closed_page(request, article)
    if request.method != "POST":
        return _comment_page(request, article, CommentForm(initial={"started": sign_form_start()}))
    form = CommentForm(strip_nul(request.POST))
    if not form.is_valid():
        return _comment_page(request, article, _with_fresh_start(request, form), status=422)
    data = form.cleaned_data
    try:
        submit_comment(
            article,
            name=data["name"],
            email=data["email"],
            text=data["text"],
            by=_reader_actor(request),
        )
    except CommentsClosed:
        return _comments_closed_page(request, article)
    sent = reverse("article-comment-sent", args=[article.slug])
    return see_other_with_help(request, sent, data["text"])


@open_to_all
@secret_link
@require_safe
@with_article
def comment_sent(request: HttpRequest, article: Article) -> HttpResponse:
    """GET /articles/<slug>/comment/sent/ says what happens next with the comment."""
    return _page(request, article, "comment_sent", _("Thank you for your comment"))


@open_to_all
@secret_link
@require_http_methods(["GET", "HEAD", "POST"])
@with_article
def helpful(request: HttpRequest, article: Article) -> HttpResponse:
    """GET /articles/<slug>/helpful/ shows the question; POST counts one vote."""
    answer = request.POST.get("helpful")
    if request.method == "POST" and answer in ("yes", "no"):
        record_helpful_vote(article, answer == "yes", by=_reader_actor(request))
        return see_other("article-helpful-thanks", article.slug)
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
    """GET /articles/<slug>/helpful/thanks/ confirms the vote."""
    return _page(request, article, "helpful_thanks", _("Thank you"))


def _with_fresh_start(request: HttpRequest, form: CommentForm) -> CommentForm:
    """Return an invalid form, with a new `started` if the sent one is not valid any more.

    Thus nobody is refused a second time for being too fast.
    """
    was_fast = any(error.code == "hurry" for error in form.non_field_errors().as_data())
    if was_fast or not is_form_start_valid(request.POST.get("started", "")):
        is_again = was_fast and is_form_start_valid(request.POST.get("started", ""))
        data = strip_nul(request.POST).copy()
        data["started"] = sign_form_start(is_again=is_again)
        form.data = data
    return form


def _comment_page(
    request: HttpRequest, article: Article, form: CommentForm, *, status: int = 200
) -> HttpResponse:
    return _page(request, article, "comment", _("Write a comment"), status=status, form=form)


def _comments_closed_page(request: HttpRequest, article: Article) -> HttpResponse:
    return _page(
        request, article, "comments_closed", str(CommentsClosed.message).rstrip("."), status=410
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


def _reader_actor(request: HttpRequest) -> Actor:
    return Actor.reader(rate_limit_address(request))
