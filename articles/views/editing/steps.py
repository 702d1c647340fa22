"""The workflow page of an article."""

from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.actions.publishing import workflow_steps
from articles.errors import ArticleRefusal, NoUnpublishedChanges, StepNotAllowed
from articles.forms.article_step import ArticleStepForm
from articles.models import Article
from articles.queries.article_policy import get_article_policy
from articles.queries.revisions import find_autosave
from articles.views.editing.common import (
    get_actor,
    get_article_or_404,
    get_editor,
    render_admin_page,
)
from articles.workflow import ArticleStep
from booking.models.current_clinic import current_clinic
from clinic.lib.dates import clock
from clinic.lib.form_fields import strip_nul
from clinic.lib.http.form_pages import see_other

UTC_ZONE = ZoneInfo("UTC")
STEP_ACTIONS: Mapping[str, Callable[..., Article]] = {
    ArticleStep.SEND_FOR_REVIEW: workflow_steps.send_for_review,
    ArticleStep.RETURN_TO_DRAFT: workflow_steps.return_to_draft,
    ArticleStep.APPROVE: workflow_steps.approve_article,
    ArticleStep.SIGN: workflow_steps.sign_article,
    ArticleStep.SCHEDULE: workflow_steps.schedule_article,
    ArticleStep.PUBLISH: workflow_steps.publish_article,
    ArticleStep.ARCHIVE: workflow_steps.archive_article,
    ArticleStep.REOPEN: workflow_steps.reopen_article,
}
STEP_BUTTONS: Mapping[ArticleStep, tuple[Any, Any]] = {
    ArticleStep.PUBLISH: (gettext_lazy("Publish"), gettext_lazy("Readers see it at once.")),
    ArticleStep.SCHEDULE: (
        gettext_lazy("Schedule"),
        gettext_lazy("Readers see it from then on, by the clinic's clock."),
    ),
    ArticleStep.SEND_FOR_REVIEW: (
        gettext_lazy("Send for review"),
        gettext_lazy("Ask somebody to read it."),
    ),
    ArticleStep.APPROVE: (
        gettext_lazy("Approve"),
        gettext_lazy("You have read it, and it may be published."),
    ),
    ArticleStep.SIGN: (
        gettext_lazy("Sign as a clinician"),
        gettext_lazy("Readers see your name and credentials below it."),
    ),
    ArticleStep.RETURN_TO_DRAFT: (
        gettext_lazy("Back to draft"),
        gettext_lazy("It is not ready yet."),
    ),
    ArticleStep.REOPEN: (
        gettext_lazy("Take out of the archive"),
        gettext_lazy("It becomes a draft again."),
    ),
    ArticleStep.ARCHIVE: (
        gettext_lazy("Archive"),
        gettext_lazy("Readers do not find it any more. It can be taken out again."),
    ),
}


def steps(request: HttpRequest, pk: int) -> HttpResponse:
    """GET /admin/articles/article/<pk>/steps/: the steps that are possible now; POST takes one."""
    article = get_article_or_404(pk)
    clinic = current_clinic(request)
    zone = clinic.zone if clinic else UTC_ZONE
    if request.method != "POST":
        return _steps_page(request, article, ArticleStepForm(zone=zone))
    form = ArticleStepForm(strip_nul(request.POST), zone=zone)
    if not form.is_valid():
        return _steps_page(request, article, form, status=422)
    data = form.cleaned_data
    schedule = {"publish_at": data["publish_at"]} if data["step"] == ArticleStep.SCHEDULE else {}
    try:
        STEP_ACTIONS[data["step"]](
            article,
            revision_number=data["revision_number"],
            by=get_actor(request),
            why=data["why"],
            **schedule,
        )
    except ArticleRefusal as refusal:
        form.add_error(None, str(refusal))
        return _steps_page(request, get_article_or_404(pk), form, status=refusal.status)
    messages.success(request, _("Done: %(step)s.") % {"step": ArticleStep(data["step"]).label})
    return see_other("admin:articles_article_steps", article.pk)


def _steps_page(
    request: HttpRequest, article: Article, form: ArticleStepForm, *, status: int = 200
) -> HttpResponse:
    policy = get_article_policy(article, clock.now())
    available_steps = []
    for step, (label, meaning) in STEP_BUTTONS.items():
        refusal = policy.refusal(step, get_editor(request))
        if not isinstance(refusal, StepNotAllowed | NoUnpublishedChanges):
            available_steps.append(
                {"step": step, "label": label, "meaning": meaning, "refusal": refusal}
            )
    context = {
        "title": _("Next step: %(title)s") % {"title": article.title},
        "article": article,
        "policy": policy,
        "issues": policy.issues,
        "available_steps": available_steps,
        "form": form,
        "autosave": find_autosave(article, get_editor(request)),
        "events": article.events.select_related("by", "clinician")[:8],
    }
    return render_admin_page(request, "steps", context, status=status)
