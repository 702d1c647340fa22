"""The steps of the editorial workflow, one action each.

Each records who took it, when, and for which revision (`revision_number`). All raise EditConflict
if that is no longer the newest revision, StepNotAllowed if the article's status does not allow the
step, and return the changed article.
"""

from datetime import datetime

from django.db import transaction

from articles.actions.actor import Actor
from articles.actions.writing.write_article import apply_revision
from articles.errors import EditConflict, PublicationTimeInPast
from articles.models import Article, ArticleEvent
from articles.queries.article_policy import find_clinician, get_article_policy
from articles.queries.revisions import get_revision_text
from articles.workflow import RESULTING_STATUS, ArticleStatus, ArticleStep
from booking.models import ClinicProfile
from booking.models.current_clinic import clinic_date
from clinic.lib.dates import clock


def send_for_review(article: Article, *, revision_number: int, by: Actor, why: str = "") -> Article:
    """Send a draft for review."""
    return _perform_step(ArticleStep.SEND_FOR_REVIEW, article, revision_number, by=by, why=why)


def return_to_draft(article: Article, *, revision_number: int, by: Actor, why: str = "") -> Article:
    """Return an article to draft; a scheduled publication is canceled."""
    return _perform_step(ArticleStep.RETURN_TO_DRAFT, article, revision_number, by=by, why=why)


def approve_article(article: Article, *, revision_number: int, by: Actor, why: str = "") -> Article:
    """Approve this revision as a second person. Raises CannotApproveOwnText."""
    return _perform_step(ArticleStep.APPROVE, article, revision_number, by=by, why=why)


def sign_article(article: Article, *, revision_number: int, by: Actor, why: str = "") -> Article:
    """Sign this revision as a clinician, who is then named on the page. Raises NotAClinician."""
    return _perform_step(ArticleStep.SIGN, article, revision_number, by=by, why=why)


def schedule_article(
    article: Article, *, revision_number: int, publish_at: datetime, by: Actor, why: str = ""
) -> Article:
    """Schedule the publication for `publish_at`. Raises PublicationTimeInPast."""
    if publish_at <= clock.now():
        raise PublicationTimeInPast()
    return _perform_step(
        ArticleStep.SCHEDULE, article, revision_number, by=by, why=why, publish_at=publish_at
    )


def publish_article(article: Article, *, revision_number: int, by: Actor, why: str = "") -> Article:
    """Publish this revision now.

    Raises BlockedByChecks, NeedsApproval, NeedsClinicianSignature or NoUnpublishedChanges.
    """
    return _perform_step(ArticleStep.PUBLISH, article, revision_number, by=by, why=why)


def archive_article(article: Article, *, revision_number: int, by: Actor, why: str = "") -> Article:
    """Archive an article: readers no longer see it."""
    return _perform_step(ArticleStep.ARCHIVE, article, revision_number, by=by, why=why)


def reopen_article(article: Article, *, revision_number: int, by: Actor, why: str = "") -> Article:
    """Turn an archived article into a draft with its newest text."""
    return _perform_step(ArticleStep.REOPEN, article, revision_number, by=by, why=why)


def _perform_step(
    step: ArticleStep,
    article: Article,
    revision_number: int,
    *,
    by: Actor,
    why: str,
    publish_at: datetime | None = None,
) -> Article:
    now = clock.now()
    with transaction.atomic():
        locked = Article.objects.select_for_update().get(pk=article.pk)
        if locked.version != revision_number:
            raise EditConflict()
        refusal = get_article_policy(locked, now).refusal(step, by.user)
        if refusal is not None:
            raise refusal
        ArticleEvent.objects.create(
            article=locked,
            step=step,
            revision_number=revision_number,
            why=why,
            publish_at=publish_at,
            at=now,
            by=by.user,
            clinician=find_clinician(by.user) if step == ArticleStep.SIGN else None,
        )
        _apply_step(locked, step, publish_at=publish_at, by=by)
    return locked


def _apply_step(
    article: Article, step: ArticleStep, *, publish_at: datetime | None, by: Actor
) -> None:
    now = clock.now()
    old_status = article.status
    article.status = RESULTING_STATUS.get(step, ArticleStatus(old_status))
    if step == ArticleStep.SCHEDULE:
        article.published_at = publish_at
    if step == ArticleStep.PUBLISH and (article.published_at is None or article.published_at > now):
        article.published_at = now
    if step == ArticleStep.RETURN_TO_DRAFT and old_status == ArticleStatus.SCHEDULED:
        article.published_at = None
    article.save(update_fields=["status", "published_at"])
    if article.has_unpublished_changes and step in (
        ArticleStep.PUBLISH,
        ArticleStep.RETURN_TO_DRAFT,
        ArticleStep.ARCHIVE,
    ):
        text = get_revision_text(article, article.version)
        apply_revision(article, text, revision_number=article.version, by=by)
    elif step == ArticleStep.SIGN and not article.has_unpublished_changes:
        article.reviewed_by = find_clinician(by.user)
        article.reviewed_on = clinic_date(now, ClinicProfile.current())
        article.save(update_fields=["reviewed_by", "reviewed_on"])
