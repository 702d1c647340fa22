"""An article's way to readers, one action a step. Each says who, when, and of which revision;
none is done to a text that somebody has changed meanwhile."""

from datetime import datetime

from django.db import transaction

from articles.actions.actor import Actor
from articles.actions.writing.write_article import show_revision
from articles.errors import ChangedMeanwhile, NotInFuture
from articles.models import Article, ArticleEvent
from articles.models.dates import day_of
from articles.queries.article_policy import clinician_of, policy_of
from articles.queries.revisions import text_of_revision
from articles.workflow import TO, Status, Step
from booking.models import ClinicProfile
from clinic.lib.dates import clock


def send_for_review(article: Article, *, number: int, by: Actor, why: str = "") -> Article:
    """Somebody else shall read it."""
    return _take(Step.SEND, article, number, by=by, why=why)


def return_to_draft(article: Article, *, number: int, by: Actor, why: str = "") -> Article:
    """It is not ready; if it was scheduled, it does not appear."""
    return _take(Step.RETURN, article, number, by=by, why=why)


def approve_article(article: Article, *, number: int, by: Actor, why: str = "") -> Article:
    """A second person has read this revision. Raises OwnWords."""
    return _take(Step.APPROVE, article, number, by=by, why=why)


def sign_article(article: Article, *, number: int, by: Actor, why: str = "") -> Article:
    """A clinician stands for this revision by name. Raises NotAClinician."""
    return _take(Step.SIGN, article, number, by=by, why=why)


def schedule_article(
    article: Article, *, number: int, due: datetime, by: Actor, why: str = ""
) -> Article:
    """Readers see it from an instant on, by the clock alone. Raises NotInFuture."""
    if due <= clock.now():
        raise NotInFuture()
    return _take(Step.SCHEDULE, article, number, by=by, why=why, due=due)


def publish_article(article: Article, *, number: int, by: Actor, why: str = "") -> Article:
    """Readers see this revision now. Raises NotReady, NeedsSecondPerson, NeedsClinician."""
    return _take(Step.PUBLISH, article, number, by=by, why=why)


def archive_article(article: Article, *, number: int, by: Actor, why: str = "") -> Article:
    """Readers do not see it any more."""
    return _take(Step.ARCHIVE, article, number, by=by, why=why)


def reopen_article(article: Article, *, number: int, by: Actor, why: str = "") -> Article:
    """From the archive to a draft; what was waiting is in it."""
    return _take(Step.REOPEN, article, number, by=by, why=why)


def _take(  # every word but the first three is a keyword
    step: Step, article: Article, number: int, *, by: Actor, why: str, due: datetime | None = None
) -> Article:
    now = clock.now()
    with transaction.atomic():
        locked = Article.objects.select_for_update().get(pk=article.pk)
        if locked.version != number:
            raise ChangedMeanwhile()
        refusal = policy_of(locked, now).refusal(step, by.user)
        if refusal is not None:
            raise refusal
        ArticleEvent.objects.create(
            article=locked, step=step, number=number, why=why, due=due, at=now, by=by.user,
            clinician=clinician_of(by.user) if step == Step.SIGN else None,
        )  # fmt: skip
        _move(locked, step, due=due, by=by)
    return locked


def _move(article: Article, step: Step, *, due: datetime | None, by: Actor) -> None:
    now = clock.now()
    was = article.status
    article.status = TO.get(step, Status(was))
    if step == Step.SCHEDULE:
        article.published_at = due
    if step == Step.PUBLISH and (article.published_at is None or article.published_at > now):
        article.published_at = now
    if step == Step.RETURN and was == Status.SCHEDULED:
        article.published_at = None
    article.save(update_fields=["status", "published_at"])
    if article.has_changes and step in (Step.PUBLISH, Step.RETURN, Step.ARCHIVE):
        text = text_of_revision(article, article.version)
        show_revision(article, text, number=article.version, by=by)
    elif step == Step.SIGN and not article.has_changes:
        article.reviewed_by = clinician_of(by.user)
        article.reviewed_on = day_of(now, ClinicProfile.current())
        article.save(update_fields=["reviewed_by", "reviewed_on"])
