"""A text that is not saved, exactly as readers will see it: only for whoever is writing it."""

from csp.constants import SELF
from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from articles.actions.writing.autosave import keep_unsaved
from articles.actions.writing.write_article import cleaned
from articles.errors import TooLongToKeep
from articles.models import Article
from articles.queries.preview import as_read
from articles.queries.revisions import find_unsaved
from articles.views.common import page_of
from articles.views.editing.checks_and_autosave import NOT_KEPT
from articles.views.editing.common import (
    actor_of,
    editor_of,
    find_named,
    forms_of_unsaved,
    office_page,
)
from booking.models.current_clinic import current_clinic
from clinic.lib.dates import clock
from clinic.lib.form_fields import without_nul
from clinic.lib.http.anonymous_cache import as_a_stranger


@csp_replace({"frame-src": [SELF]})
def preview(request: HttpRequest) -> HttpResponse:
    """POST /admin/articles/article/preview/ keeps what is typed; GET shows it in a frame."""
    if request.method == "POST":
        sent = without_nul(request.POST)
        article = find_named(sent)
        fields = {name: values for name, values in sent.lists() if name not in NOT_KEPT}
        try:
            keep_unsaved(article, fields, by=actor_of(request))
        except TooLongToKeep as refusal:
            context = {"title": _("Preview"), "article": article, "refusal": refusal}
            return office_page(request, "preview", context, status=refusal.status)
        response = redirect(reverse("admin:articles_article_preview") + _query(article))
        response.status_code = 303
        return response
    article = find_named(request.GET)
    if find_unsaved(article, editor_of(request)) is None:
        raise Http404
    context = {
        "title": _("Preview"),
        "article": article,
        "address": reverse("admin:articles_article_previewed") + _query(article),
    }
    return office_page(request, "preview", context)


@require_safe
@csp_replace({"frame-ancestors": [SELF]})
@xframe_options_sameorigin
def previewed(request: HttpRequest) -> HttpResponse:
    """GET /admin/articles/article/preview/page/: the page itself, by the readers' own templates."""
    article = find_named(request.GET)
    kept = find_unsaved(article, editor_of(request))
    if kept is None:
        raise Http404
    written = forms_of_unsaved(article, kept)
    written.is_valid()
    text = cleaned(written.text)
    author = written.form.cleaned_data.get("author")
    shown = as_read(text, article, clock.now(), author=author)
    stranger = as_a_stranger(request)
    return render(stranger, "articles/article.html", page_of(shown, current_clinic(request)))


def _query(article: Article | None) -> str:
    return f"?article={article.pk}" if article else ""
