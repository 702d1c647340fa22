"""While somebody writes: what is typed is kept and checked. A script asks, or a button."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from articles.actions.writing.autosave import forget_unsaved, keep_unsaved
from articles.actions.writing.write_article import cleaned
from articles.checks import check_text
from articles.errors import TooLongToKeep
from articles.forms.article_text import Written
from articles.models.dates import day_of
from articles.views.editing.common import actor_of, find_named
from booking.models.current_clinic import current_clinic
from clinic.lib.dates import clock, date_format
from clinic.lib.form_fields import without_nul

NOT_KEPT = {"csrfmiddlewaretoken", "article"}


@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """POST /admin/articles/article/check/: what the checks say of a form that is not saved."""
    sent = without_nul(request.POST)
    written = Written(find_named(sent), sent=sent)
    written.is_valid()
    today = day_of(clock.now(), current_clinic(request))
    context = {"findings": check_text(cleaned(written.text), today), "errors": written.errors}
    return render(request, "admin/articles/_checks.html", context)


@require_POST
def unsaved(request: HttpRequest) -> HttpResponse:
    """POST /admin/articles/article/unsaved/ keeps what is typed; `forget` throws it away."""
    sent = without_nul(request.POST)
    article = find_named(sent)
    if "forget" in sent:
        forget_unsaved(article, by=actor_of(request))
        return _back_to(article)
    fields = {name: values for name, values in sent.lists() if name not in NOT_KEPT}
    try:
        kept = keep_unsaved(article, fields, by=actor_of(request))
    except TooLongToKeep as refusal:
        return JsonResponse({"said": str(refusal)}, status=refusal.status)
    clinic = current_clinic(request)
    at = date_format.clock_time(kept.at, clinic.zone) if clinic else kept.at.strftime("%H:%M")
    return JsonResponse({"said": _("Kept at %(time)s, not saved yet.") % {"time": at}})


def _back_to(article: object) -> HttpResponse:
    pk = getattr(article, "pk", None)
    if pk is None:
        response = redirect("admin:articles_article_add")
    else:
        response = redirect("admin:articles_article_change", pk)
    response.status_code = 303
    return response
