"""Preview unsaved text with the readers' templates. Only its editor can see it."""

from csp.constants import SELF
from csp.decorators import csp_replace
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from articles.actions.writing.autosave import save_autosave
from articles.actions.writing.write_article import clean_text
from articles.errors import AutosaveTooLarge
from articles.models import Article
from articles.queries.preview import build_preview_article
from articles.queries.revisions import find_autosave
from articles.views.common import article_context
from articles.views.editing.checks_and_autosave import NOT_AUTOSAVED_FIELDS
from articles.views.editing.common import (
    forms_from_autosave,
    get_actor,
    get_editor,
    get_named_article,
    render_admin_page,
)
from booking.models.current_clinic import current_clinic
from clinic.lib.dates import clock
from clinic.lib.form_fields import strip_nul
from clinic.lib.http.anonymous_cache import anonymous_request
from clinic.lib.http.form_pages import see_other


@csp_replace({"frame-src": [SELF]})
def preview(request: HttpRequest) -> HttpResponse:
    """POST /admin/articles/article/preview/ stores the form; GET shows it in a frame."""
    if request.method == "POST":
        data = strip_nul(request.POST)
        article = get_named_article(data)
        fields = {name: values for name, values in data.lists() if name not in NOT_AUTOSAVED_FIELDS}
        try:
            save_autosave(article, fields, by=get_actor(request))
        except AutosaveTooLarge as refusal:
            context = {"title": _("Preview"), "article": article, "refusal": refusal}
            return render_admin_page(request, "preview", context, status=refusal.status)
        return see_other(reverse("admin:articles_article_preview") + _article_query(article))
    article = get_named_article(request.GET)
    if find_autosave(article, get_editor(request)) is None:
        raise Http404
    context = {
        "title": _("Preview"),
        "article": article,
        "address": reverse("admin:articles_article_preview_frame") + _article_query(article),
    }
    return render_admin_page(request, "preview", context)


@require_safe
@csp_replace({"frame-ancestors": [SELF]})
@xframe_options_sameorigin
def preview_frame(request: HttpRequest) -> HttpResponse:
    """GET /admin/articles/article/preview/page/: the page inside the frame."""
    article = get_named_article(request.GET)
    autosave = find_autosave(article, get_editor(request))
    if autosave is None:
        raise Http404
    article_forms = forms_from_autosave(article, autosave)
    article_forms.is_valid()
    text = clean_text(article_forms.text)
    author = article_forms.form.cleaned_data.get("author")
    preview_article = build_preview_article(text, article, clock.now(), author=author)
    anonymous = anonymous_request(request)
    return render(
        anonymous,
        "articles/article.html",
        article_context(preview_article, current_clinic(request)),
    )


def _article_query(article: Article | None) -> str:
    return f"?article={article.pk}" if article else ""
