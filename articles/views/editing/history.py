"""What an article said before, side by side with what it says now, and back to it."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from articles.actions.writing.revise_article import restore_revision
from articles.errors import ArticleRefusal
from articles.inputs import from_plain
from articles.models import ArticleEvent, Revision
from articles.queries.revisions import history_of
from articles.text.diff import compare
from articles.views.editing.common import LARGEST_NUMBER, actor_of, find, office_page


@dataclass(frozen=True, slots=True)
class Row:
    """A revision with the one before it, or a step."""

    at: Any
    by: Any
    revision: Revision | None = None
    before: int | None = None
    event: ArticleEvent | None = None


@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """GET /admin/articles/article/<pk>/history/: every revision and every step, newest first."""
    article = find(pk)
    revisions = history_of(article)
    rows = [
        Row(one.at, one.by, revision=one, before=before.number if before else None)
        for one, before in pairwise([*revisions, None])
        if one is not None
    ]
    events = article.events.select_related("by", "clinician")
    rows += [Row(event.at, event.by, event=event) for event in events]
    rows.sort(key=lambda row: row.at, reverse=True)
    context = {
        "title": _("History: %(title)s") % {"title": article.title},
        "article": article,
        "rows": rows,
    }
    return office_page(request, "history", context)


@require_safe
def comparison(request: HttpRequest, pk: int, old: int, new: int) -> HttpResponse:
    """GET /admin/articles/article/<pk>/history/<old>/<new>/: two revisions side by side."""
    article = find(pk)
    numbers = [min(number, LARGEST_NUMBER) for number in (old, new)]
    found = article.revisions.select_related("by").filter(number__in=numbers)
    by_number = {one.number: one for one in found}
    if old not in by_number or new not in by_number:
        raise Http404
    before, after = by_number[old], by_number[new]
    context = {
        "title": _("Revisions %(old)s and %(new)s") % {"old": old, "new": new},
        "article": article,
        "before": before,
        "after": after,
        "parts": compare(from_plain(before.text), from_plain(after.text)),
    }
    return office_page(request, "comparison", context)


@require_POST
def restore(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """POST /admin/articles/article/<pk>/history/<number>/restore/: it is the newest again."""
    article = find(pk)
    base = request.POST.get("version", "")
    known = base.isdecimal() and len(base) <= 9
    try:
        restore_revision(
            article,
            min(number, LARGEST_NUMBER),
            base=int(base) if known else -1,
            by=actor_of(request),
            why=_("Revision %(number)s again") % {"number": number},
        )
    except Revision.DoesNotExist as missing:
        raise Http404 from missing
    except ArticleRefusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The article says again what it said then."))
    response = redirect("admin:articles_article_history", article.pk)
    response.status_code = 303
    return response
