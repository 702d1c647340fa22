"""Writing an article: its form, and what happens when two people save."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from articles.actions.writing.revise_article import begin_article, choose_how_shown, revise_article
from articles.actions.writing.write_article import cleaned
from articles.checks import check_text
from articles.errors import AddressTaken, ChangedMeanwhile
from articles.forms.article_text import Written
from articles.inputs import ArticleText
from articles.models import Article, Revision
from articles.models.dates import day_of
from articles.queries.article_policy import policy_of
from articles.queries.revisions import find_unsaved, newest_text, text_of_revision
from articles.text.diff import PARTS, compare, merge, take
from articles.text.evidence_labels import labels
from articles.views.editing.common import (
    actor_of,
    editor_of,
    find,
    forms_of,
    forms_of_unsaved,
    office_page,
)
from booking.models.current_clinic import current_clinic
from clinic.lib.dates import clock
from clinic.lib.form_fields import without_nul


def add(request: HttpRequest) -> HttpResponse:
    """GET /admin/articles/article/add/: an empty form; POST makes a draft of it."""
    if request.method != "POST":
        return _form_page(request, None, _opened(request, None))
    written = Written(None, sent=without_nul(request.POST))
    if written.is_valid():
        try:
            said = written.form.cleaned_data
            article = begin_article(written.text, by=actor_of(request), why=said["why"])
        except AddressTaken as refusal:
            written.form.add_error("slug", str(refusal))
        else:
            return _saved(request, article, written)
    return _form_page(request, None, written, status=422)


def change(request: HttpRequest, pk: int) -> HttpResponse:
    """GET /admin/articles/article/<pk>/change/: the form; POST keeps a new revision."""
    article = find(pk)
    if request.method != "POST":
        return _form_page(request, article, _opened(request, article))
    written = Written(article, sent=without_nul(request.POST))
    if not written.is_valid():
        return _form_page(request, article, written, status=422)
    said = written.form.cleaned_data
    text = _chosen(request, article, written.text)
    try:
        article = revise_article(
            article, text, base=said["version"], by=actor_of(request), why=said["why"]
        )
    except AddressTaken as refusal:
        written.form.add_error("slug", str(refusal))
        return _form_page(request, article, written, status=422)
    except ChangedMeanwhile:
        return _collision(request, find(pk), written, cleaned(text))
    return _saved(request, article, written)


def _opened(request: HttpRequest, article: Article | None) -> Written:
    """What is saved, or with ?unsaved=1 what was typed and not saved."""
    kept = find_unsaved(article, editor_of(request)) if "unsaved" in request.GET else None
    return forms_of_unsaved(article, kept) if kept else forms_of(article)


def _saved(request: HttpRequest, article: Article, written: Written) -> HttpResponse:
    said = written.form.cleaned_data
    choose_how_shown(
        article, author=said["author"], comments_open=said["comments_open"], by=actor_of(request)
    )
    if article.has_changes:
        messages.success(request, _("Saved. Readers see it once it is published."))
    else:
        messages.success(request, _("Saved."))
    response = redirect("admin:articles_article_change", article.pk)
    response.status_code = 303
    return response


def _chosen(request: HttpRequest, article: Article, mine: ArticleText) -> ArticleText:
    """My text with what I chose of theirs, on the page that shows both."""
    names = [name for name in PARTS if request.POST.get(f"take-{name}") == "theirs"]
    number = request.POST.get("theirs", "")
    if not names or not number.isdecimal() or len(number) > 9:
        return mine
    try:
        return take(mine, text_of_revision(article, int(number)), names)
    except Revision.DoesNotExist:
        return mine


def _collision(
    request: HttpRequest, article: Article, written: Written, mine: ArticleText
) -> HttpResponse:
    """Nothing is saved: what somebody else saved stands beside what I have."""
    said = written.form.cleaned_data
    theirs = newest_text(article)
    try:
        base = text_of_revision(article, max(said["version"], 1))
    except Revision.DoesNotExist:
        base = theirs
    merged = merge(base, theirs, mine)
    forms = Written(
        article,
        text=merged.text,
        author=said["author"] and said["author"].pk,
        comments_open=said["comments_open"],
        why=said["why"],
        version=article.version,
    )
    collision = {
        "newest": article.revisions.select_related("by").defer("text").first(),
        "taken": [part for part in compare(base, theirs) if part.name in merged.theirs],
        "contested": [part for part in compare(theirs, mine) if part.name in merged.contested],
    }
    return _form_page(request, article, forms, status=409, collision=collision)


def _form_page(
    request: HttpRequest,
    article: Article | None,
    written: Written,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    now = clock.now()
    kept = None
    if request.method != "POST" and "unsaved" not in request.GET:
        kept = find_unsaved(article, editor_of(request))
    today = day_of(now, current_clinic(request))
    context: dict[str, Any] = {
        "title": article.title if article else _("New article"),
        "article": article,
        "written": written,
        "errors": written.errors if written.form.is_bound else [],
        "findings": check_text(newest_text(article), today) if article else [],
        "policy": policy_of(article, now) if article else None,
        "kept": kept,
        "labels": labels().values(),
    }
    return office_page(request, "form", context | more, status=status)
