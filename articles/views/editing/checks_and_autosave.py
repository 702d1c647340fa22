"""Check and autosave the unsaved form of an article, for static/clinic/js/article-form.js."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from articles.actions.writing.autosave import delete_autosave, save_autosave
from articles.actions.writing.write_article import clean_text
from articles.checks import check_text
from articles.errors import AutosaveTooLarge
from articles.forms.article_text import ArticleForms
from articles.models import Article
from articles.views.editing.common import get_actor, get_named_article
from booking.models.current_clinic import clinic_date, current_clinic
from clinic.lib.dates import clock, date_format
from clinic.lib.form_fields import strip_nul
from clinic.lib.http.form_pages import see_other

NOT_AUTOSAVED_FIELDS = {"csrfmiddlewaretoken", "article"}


@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """POST /admin/articles/article/check/: the issues of a form that is not saved, as HTML."""
    data = strip_nul(request.POST)
    article_forms = ArticleForms(get_named_article(data), data=data)
    article_forms.is_valid()
    today = clinic_date(clock.now(), current_clinic(request))
    context = {
        "issues": check_text(clean_text(article_forms.text), today),
        "errors": article_forms.errors,
    }
    return render(request, "admin/articles/_checks.html", context)


@require_POST
def autosave(request: HttpRequest) -> HttpResponse:
    """POST /admin/articles/article/unsaved/ stores the form; with `forget` it is deleted."""
    data = strip_nul(request.POST)
    article = get_named_article(data)
    if "forget" in data:
        delete_autosave(article, by=get_actor(request))
        return _redirect_to_form(article)
    fields = {name: values for name, values in data.lists() if name not in NOT_AUTOSAVED_FIELDS}
    try:
        saved = save_autosave(article, fields, by=get_actor(request))
    except AutosaveTooLarge as refusal:
        return JsonResponse({"message": str(refusal)}, status=refusal.status)
    clinic = current_clinic(request)
    at = date_format.local_time(saved.at, clinic.zone) if clinic else saved.at.strftime("%H:%M")
    return JsonResponse({"message": _("Kept at %(time)s, not saved yet.") % {"time": at}})


def _redirect_to_form(article: Article | None) -> HttpResponse:
    if article is None:
        return see_other("admin:articles_article_add")
    return see_other("admin:articles_article_change", article.pk)
