"""An article's way to readers, one action a step. Each says who, when, and of which revision;
none is done to a text that somebody has changed meanwhile."""

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
    """Somebody else shall read it."""
    return _perform_step(ArticleStep.SEND_FOR_REVIEW, article, revision_number, by=by, why=why)


def return_to_draft(article: Article, *, revision_number: int, by: Actor, why: str = "") -> Article:
    """It is not ready; if it was scheduled, it does not appear."""
    return _perform_step(ArticleStep.RETURN_TO_DRAFT, article, revision_number, by=by, why=why)


def approve_article(article: Article, *, revision_number: int, by: Actor, why: str = "") -> Article:
    """A second person has read this revision. Raises OwnWords."""
    return _perform_step(ArticleStep.APPROVE, article, revision_number, by=by, why=why)


def sign_article(article: Article, *, revision_number: int, by: Actor, why: str = "") -> Article:
    """A clinician stands for this revision by name. Raises NotAClinician."""
    return _perform_step(ArticleStep.SIGN, article, revision_number, by=by, why=why)


def schedule_article(
    article: Article, *, revision_number: int, publish_at: datetime, by: Actor, why: str = ""
) -> Article:
    """Readers see it from an instant on, by the clock alone. Raises PublicationTimeInPast."""
    if publish_at <= clock.now():
        raise PublicationTimeInPast()
    return _perform_step(
        ArticleStep.SCHEDULE, article, revision_number, by=by, why=why, publish_at=publish_at
    )


def publish_article(article: Article, *, revision_number: int, by: Actor, why: str = "") -> Article:
    """Readers see this revision now. Raises NotReady, NeedsSecondPerson, NeedsClinician."""
    return _perform_step(ArticleStep.PUBLISH, article, revision_number, by=by, why=why)


def archive_article(article: Article, *, revision_number: int, by: Actor, why: str = "") -> Article:
    """Readers do not see it any more."""
    return _perform_step(ArticleStep.ARCHIVE, article, revision_number, by=by, why=why)


def reopen_article(article: Article, *, revision_number: int, by: Actor, why: str = "") -> Article:
    """From the archive to a draft; what was waiting is in it."""
    return _perform_step(ArticleStep.REOPEN, article, revision_number, by=by, why=why)


def _perform_step(  # every word but the first three is a keyword
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
    was = article.status
    article.status = RESULTING_STATUS.get(step, ArticleStatus(was))
    if step == ArticleStep.SCHEDULE:
        article.published_at = publish_at
    if step == ArticleStep.PUBLISH and (article.published_at is None or article.published_at > now):
        article.published_at = now
    if step == ArticleStep.RETURN_TO_DRAFT and was == ArticleStatus.SCHEDULED:
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
