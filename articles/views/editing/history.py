"""The history of an article: list, compare and restore revisions."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from articles.actions.writing.revise_article import restore_revision
from articles.errors import ArticleRefusal
from articles.inputs import text_from_json
from articles.models import ArticleEvent, Revision
from articles.queries.revisions import list_revisions
from articles.text.diff import diff_texts
from articles.views.editing.common import (
    MAX_INTEGER,
    get_actor,
    get_article_or_404,
    render_admin_page,
)
from clinic.lib.http.form_pages import see_other


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """A revision, with the number of the one before it, or a workflow step."""

    at: Any
    by: Any
    revision: Revision | None = None
    previous_number: int | None = None
    event: ArticleEvent | None = None


@require_safe
def history(request: HttpRequest, pk: int) -> HttpResponse:
    """GET /admin/articles/article/<pk>/history/: all revisions and steps, newest first."""
    article = get_article_or_404(pk)
    revisions = list_revisions(article)
    rows = [
        HistoryRow(
            revision.at,
            revision.by,
            revision=revision,
            previous_number=previous.number if previous else None,
        )
        for revision, previous in pairwise([*revisions, None])
        if revision is not None
    ]
    events = article.events.select_related("by", "clinician")
    rows += [HistoryRow(event.at, event.by, event=event) for event in events]
    rows.sort(key=lambda row: row.at, reverse=True)
    context = {
        "title": _("History: %(title)s") % {"title": article.title},
        "article": article,
        "rows": rows,
    }
    return render_admin_page(request, "history", context)


@require_safe
def compare_revisions(request: HttpRequest, pk: int, old: int, new: int) -> HttpResponse:
    """GET /admin/articles/article/<pk>/history/<old>/<new>/: two revisions side by side."""
    article = get_article_or_404(pk)
    numbers = [min(number, MAX_INTEGER) for number in (old, new)]
    revisions = article.revisions.select_related("by").filter(number__in=numbers)
    by_number = {revision.number: revision for revision in revisions}
    if old not in by_number or new not in by_number:
        raise Http404
    before, after = by_number[old], by_number[new]
    context = {
        "title": _("Revisions %(old)s and %(new)s") % {"old": old, "new": new},
        "article": article,
        "before": before,
        "after": after,
        "sections": diff_texts(text_from_json(before.text), text_from_json(after.text)),
    }
    return render_admin_page(request, "comparison", context)


@require_POST
def restore(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """POST /admin/articles/article/<pk>/history/<number>/restore/: save it again, as the newest."""
    article = get_article_or_404(pk)
    version = request.POST.get("version", "")
    is_number = version.isdecimal() and len(version) <= 9
    try:
        restore_revision(
            article,
            min(number, MAX_INTEGER),
            base_revision=int(version) if is_number else -1,
            by=get_actor(request),
            why=_("Revision %(number)s again") % {"number": number},
        )
    except Revision.DoesNotExist as missing:
        raise Http404 from missing
    except ArticleRefusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("The article says again what it said then."))
    return see_other("admin:articles_article_history", article.pk)
