"""Which workflow steps are possible for an article now, and why the others are not.

Pages use it to show buttons; actions check it again under the lock.
"""

from dataclasses import dataclass
from datetime import datetime

from articles.checks import TextIssue, check_text
from articles.errors import (
    ArticleRefusal,
    BlockedByChecks,
    CannotApproveOwnText,
    NeedsApproval,
    NeedsClinicianSignature,
    NotAClinician,
    NoUnpublishedChanges,
    StepNotAllowed,
)
from articles.models import Article, ArticleEvent, ArticleSettings, Contributor
from articles.queries.revisions import latest_text
from articles.workflow import ALLOWED_FROM, DATED_STATUSES, ArticleStatus, ArticleStep
from booking.models import ClinicProfile, User
from booking.models.current_clinic import clinic_date


@dataclass(frozen=True)
class ArticlePolicy:
    """The state of the newest revision, on which the possible steps depend.

    `writers` are the ids of users who wrote something that is not published yet.
    """

    article: Article
    settings: ArticleSettings
    approved: bool
    signed: bool
    writers: frozenset[int]
    issues: list[TextIssue]
    now: datetime

    @property
    def has_blocking_issues(self) -> bool:
        """Whether any issue blocks publication."""
        return any(issue.blocks_publication for issue in self.issues)

    @property
    def is_public(self) -> bool:
        """Whether readers see the article now, in any revision."""
        article = self.article
        return (
            article.status in DATED_STATUSES
            and article.published_at is not None
            and article.published_at <= self.now
        )

    def refusal(self, step: ArticleStep, user: User | None) -> ArticleRefusal | None:
        """Return why the user cannot take this step now, or None if they can."""
        article = self.article
        status = ArticleStatus(article.status)
        if status == ArticleStatus.SCHEDULED and self.is_public:
            status = ArticleStatus.PUBLISHED
        if status not in ALLOWED_FROM[step]:
            return StepNotAllowed()
        if (
            step in (ArticleStep.APPROVE, ArticleStep.PUBLISH)
            and self.is_public
            and not article.has_unpublished_changes
        ):
            return NoUnpublishedChanges()
        if step == ArticleStep.APPROVE:
            return CannotApproveOwnText() if user is None or user.pk in self.writers else None
        if step == ArticleStep.SIGN:
            return None if find_clinician(user) else NotAClinician()
        if step in (ArticleStep.PUBLISH, ArticleStep.SCHEDULE):
            return self._publication_refusal()
        return None

    def _publication_refusal(self) -> ArticleRefusal | None:
        if self.has_blocking_issues:
            return BlockedByChecks()
        if self.settings.requires_approval and not self.approved:
            return NeedsApproval()
        if self.settings.requires_clinician_signature and not self.signed:
            return NeedsClinicianSignature()
        return None


def get_article_policy(article: Article, now: datetime) -> ArticlePolicy:
    """Return the policy of an article at `now`. At most eight queries."""
    steps = set(
        ArticleEvent.objects.filter(article=article, revision_number=article.version).values_list(
            "step", flat=True
        )
    )
    return ArticlePolicy(
        article=article,
        settings=ArticleSettings.current(),
        approved=ArticleStep.APPROVE in steps,
        signed=ArticleStep.SIGN in steps,
        writers=_find_writers(article),
        issues=check_text(latest_text(article), clinic_date(now, ClinicProfile.current())),
        now=now,
    )


def find_clinician(user: User | None) -> Contributor | None:
    """Return the contributor as whom a user signs; None if they are no clinician."""
    return Contributor.objects.filter(user=user, is_clinician=True).first() if user else None


def _find_writers(article: Article) -> frozenset[int]:
    """Return the ids of the writers of all revisions since the published one."""
    since = 0
    if article.status in DATED_STATUSES:
        since = article.shown_version
    revisions = article.revisions.filter(number__gt=since, by__isnull=False)
    if not revisions.exists():
        revisions = article.revisions.filter(number=article.version, by__isnull=False)
    return frozenset(revisions.values_list("by", flat=True))
