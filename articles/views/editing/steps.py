"""An article's next step on its way to readers."""

from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from articles.actions.publishing import workflow_steps
from articles.errors import ArticleRefusal, NotFromHere, NothingNew
from articles.forms.article_step import StepForm
from articles.models import Article
from articles.queries.article_policy import policy_of
from articles.queries.revisions import find_unsaved
from articles.views.editing.common import actor_of, editor_of, find, office_page
from articles.workflow import Step
from booking.models.current_clinic import current_clinic
from clinic.lib.dates import clock
from clinic.lib.form_fields import without_nul

UTC_ZONE = ZoneInfo("UTC")
DO: Mapping[str, Callable[..., Article]] = {
    Step.SEND: workflow_steps.send_for_review,
    Step.RETURN: workflow_steps.return_to_draft,
    Step.APPROVE: workflow_steps.approve_article,
    Step.SIGN: workflow_steps.sign_article,
    Step.SCHEDULE: workflow_steps.schedule_article,
    Step.PUBLISH: workflow_steps.publish_article,
    Step.ARCHIVE: workflow_steps.archive_article,
    Step.REOPEN: workflow_steps.reopen_article,
}
BUTTONS: Mapping[Step, tuple[Any, Any]] = {
    Step.PUBLISH: (gettext_lazy("Publish"), gettext_lazy("Readers see it at once.")),
    Step.SCHEDULE: (
        gettext_lazy("Schedule"),
        gettext_lazy("Readers see it from then on, by the clinic's clock."),
    ),
    Step.SEND: (gettext_lazy("Send for review"), gettext_lazy("Ask somebody to read it.")),
    Step.APPROVE: (
        gettext_lazy("Approve"),
        gettext_lazy("You have read it, and it may be published."),
    ),
    Step.SIGN: (
        gettext_lazy("Sign as a clinician"),
        gettext_lazy("Readers see your name and credentials below it."),
    ),
    Step.RETURN: (gettext_lazy("Back to draft"), gettext_lazy("It is not ready yet.")),
    Step.REOPEN: (
        gettext_lazy("Take out of the archive"),
        gettext_lazy("It becomes a draft again."),
    ),
    Step.ARCHIVE: (
        gettext_lazy("Archive"),
        gettext_lazy("Readers do not find it any more. It can be taken out again."),
    ),
}


def steps(request: HttpRequest, pk: int) -> HttpResponse:
    """GET /admin/articles/article/<pk>/steps/: what may be done now; POST does one step."""
    article = find(pk)
    clinic = current_clinic(request)
    zone = clinic.zone if clinic else UTC_ZONE
    if request.method != "POST":
        return _page(request, article, StepForm(zone=zone))
    form = StepForm(without_nul(request.POST), zone=zone)
    if not form.is_valid():
        return _page(request, article, form, status=422)
    said = form.cleaned_data
    more = {"due": said["due"]} if said["step"] == Step.SCHEDULE else {}
    try:
        DO[said["step"]](
            article, number=said["number"], by=actor_of(request), why=said["why"], **more
        )
    except ArticleRefusal as refusal:
        form.add_error(None, str(refusal))
        return _page(request, find(pk), form, status=refusal.status)
    messages.success(request, _("Done: %(step)s.") % {"step": Step(said["step"]).label})
    response = redirect("admin:articles_article_steps", article.pk)
    response.status_code = 303
    return response


def _page(
    request: HttpRequest, article: Article, form: StepForm, *, status: int = 200
) -> HttpResponse:
    policy = policy_of(article, clock.now())
    offered = []
    for step, (label, meaning) in BUTTONS.items():
        refusal = policy.refusal(step, editor_of(request))
        if not isinstance(refusal, NotFromHere | NothingNew):
            offered.append({"step": step, "label": label, "meaning": meaning, "refusal": refusal})
    context = {
        "title": _("Next step: %(title)s") % {"title": article.title},
        "article": article,
        "policy": policy,
        "findings": policy.findings,
        "offered": offered,
        "form": form,
        "kept": find_unsaved(article, editor_of(request)),
        "events": article.events.select_related("by", "clinician")[:8],
    }
    return office_page(request, "steps", context, status=status)
