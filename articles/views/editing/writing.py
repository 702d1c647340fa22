"""The form of an article, and the page for edit conflicts."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from articles.actions.writing.revise_article import (
    create_article,
    revise_article,
    update_display_options,
)
from articles.actions.writing.write_article import clean_text
from articles.checks import check_text
from articles.errors import EditConflict, SlugTaken
from articles.forms.article_text import ArticleForms
from articles.forms.edit_conflict import THEIRS, SectionChoiceForm, choice_field_name
from articles.inputs import ArticleText
from articles.models import Article, Revision
from articles.queries.article_policy import get_article_policy
from articles.queries.revisions import find_autosave, get_revision_text, latest_text
from articles.text.diff import TEXT_SECTIONS, copy_sections, diff_texts, merge_texts
from articles.text.evidence_labels import evidence_labels
from articles.views.editing.common import (
    forms_from_article,
    forms_from_autosave,
    get_actor,
    get_article_or_404,
    get_editor,
    render_admin_page,
)
from booking.models.current_clinic import clinic_date, current_clinic
from clinic.lib.dates import clock
from clinic.lib.form_fields import strip_nul
from clinic.lib.http.form_pages import see_other


def add(request: HttpRequest) -> HttpResponse:
    """GET /admin/articles/article/add/: an empty form; POST creates a draft."""
    if request.method != "POST":
        return _form_page(request, None, _initial_forms(request, None))
    article_forms = ArticleForms(None, data=strip_nul(request.POST))
    if article_forms.is_valid():
        try:
            data = article_forms.form.cleaned_data
            article = create_article(article_forms.text, by=get_actor(request), why=data["why"])
        except SlugTaken as refusal:
            article_forms.form.add_error("slug", str(refusal))
        else:
            return _save_options_and_redirect(request, article, article_forms)
    return _form_page(request, None, article_forms, status=422)


def change(request: HttpRequest, pk: int) -> HttpResponse:
    """GET /admin/articles/article/<pk>/change/: the form; POST saves a new revision."""
    article = get_article_or_404(pk)
    if request.method != "POST":
        return _form_page(request, article, _initial_forms(request, article))
    article_forms = ArticleForms(article, data=strip_nul(request.POST))
    if not article_forms.is_valid():
        return _form_page(request, article, article_forms, status=422)
    data = article_forms.form.cleaned_data
    text = _apply_choices(request, article, article_forms.text)
    try:
        article = revise_article(
            article, text, base_revision=data["version"], by=get_actor(request), why=data["why"]
        )
    except SlugTaken as refusal:
        article_forms.form.add_error("slug", str(refusal))
        return _form_page(request, article, article_forms, status=422)
    except EditConflict:
        return _conflict_page(request, get_article_or_404(pk), article_forms, clean_text(text))
    return _save_options_and_redirect(request, article, article_forms)


def _initial_forms(request: HttpRequest, article: Article | None) -> ArticleForms:
    """Return the forms with the saved text, or with ?unsaved=1 with the autosave."""
    autosave = find_autosave(article, get_editor(request)) if "unsaved" in request.GET else None
    return forms_from_autosave(article, autosave) if autosave else forms_from_article(article)


def _save_options_and_redirect(
    request: HttpRequest, article: Article, article_forms: ArticleForms
) -> HttpResponse:
    data = article_forms.form.cleaned_data
    update_display_options(
        article, author=data["author"], comments_open=data["comments_open"], by=get_actor(request)
    )
    if article.has_unpublished_changes:
        messages.success(request, _("Saved. Readers see it once it is published."))
    else:
        messages.success(request, _("Saved."))
    return see_other("admin:articles_article_change", article.pk)


def _apply_choices(request: HttpRequest, article: Article, mine: ArticleText) -> ArticleText:
    """Return my text with the sections for which I chose theirs on the conflict page."""
    names = [name for name in TEXT_SECTIONS if request.POST.get(choice_field_name(name)) == THEIRS]
    number = request.POST.get("theirs", "")
    if not names or not number.isdecimal() or len(number) > 9:
        return mine
    try:
        return copy_sections(mine, get_revision_text(article, int(number)), names)
    except Revision.DoesNotExist:
        return mine


def _conflict_page(
    request: HttpRequest, article: Article, article_forms: ArticleForms, mine: ArticleText
) -> HttpResponse:
    """Render the form with status 409 and the merged text; nothing is saved.

    Sections that both changed are shown side by side, to choose one.
    """
    data = article_forms.form.cleaned_data
    theirs = latest_text(article)
    try:
        base = get_revision_text(article, max(data["version"], 1))
    except Revision.DoesNotExist:
        base = theirs
    merged = merge_texts(base, theirs, mine)
    forms = ArticleForms(
        article,
        text=merged.text,
        author=data["author"] and data["author"].pk,
        comments_open=data["comments_open"],
        why=data["why"],
        version=article.version,
    )
    conflicting = [part for part in diff_texts(theirs, mine) if part.name in merged.conflicting]
    conflict = {
        "newest": article.revisions.select_related("by").defer("text").first(),
        "accepted": [part for part in diff_texts(base, theirs) if part.name in merged.accepted],
        "conflicting": list(zip(conflicting, SectionChoiceForm(conflicting), strict=True)),
    }
    return _form_page(request, article, forms, status=409, conflict=conflict)


def _form_page(
    request: HttpRequest,
    article: Article | None,
    article_forms: ArticleForms,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    now = clock.now()
    autosave = None
    if request.method != "POST" and "unsaved" not in request.GET:
        autosave = find_autosave(article, get_editor(request))
    today = clinic_date(now, current_clinic(request))
    context: dict[str, Any] = {
        "title": article.title if article else _("New article"),
        "article": article,
        "article_forms": article_forms,
        "errors": article_forms.errors if article_forms.form.is_bound else [],
        "issues": check_text(latest_text(article), today) if article else [],
        "policy": get_article_policy(article, now) if article else None,
        "autosave": autosave,
        "labels": evidence_labels().values(),
    }
    return render_admin_page(request, "form", context | more, status=status)
