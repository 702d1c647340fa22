"""What may be done with an article now, and if not, why. Pages ask it which buttons to show;
actions insist on it under the lock."""

from dataclasses import dataclass
from datetime import datetime

from articles.checks import Finding, check_text
from articles.errors import (
    ArticleRefusal,
    NeedsClinician,
    NeedsSecondPerson,
    NotAClinician,
    NotFromHere,
    NothingNew,
    NotReady,
    OwnWords,
)
from articles.models import Article, ArticleEvent, ArticleSettings, Contributor
from articles.models.dates import day_of
from articles.queries.revisions import newest_text
from articles.workflow import DATED, FROM, Status, Step
from booking.models import ClinicProfile, User


@dataclass(frozen=True)
class ArticlePolicy:
    """Of the newest revision. `writers` wrote something that readers do not see yet."""

    article: Article
    rules: ArticleSettings
    approved: bool
    signed: bool
    writers: frozenset[int]
    findings: list[Finding]
    now: datetime

    @property
    def blocked(self) -> bool:
        return any(finding.blocks for finding in self.findings)

    @property
    def is_public(self) -> bool:
        """Whether readers see some text of it at this moment."""
        article = self.article
        return (
            article.status in DATED
            and article.published_at is not None
            and article.published_at <= self.now
        )

    def refusal(self, step: Step, user: User | None) -> ArticleRefusal | None:
        """Why somebody cannot do this now; None if they can."""
        article = self.article
        status = Status(article.status)
        if status == Status.SCHEDULED and self.is_public:
            status = Status.PUBLISHED
        if status not in FROM[step]:
            return NotFromHere()
        if step in (Step.APPROVE, Step.PUBLISH) and self.is_public and not article.has_changes:
            return NothingNew()
        if step == Step.APPROVE:
            return OwnWords() if user is None or user.pk in self.writers else None
        if step == Step.SIGN:
            return None if clinician_of(user) else NotAClinician()
        if step in (Step.PUBLISH, Step.SCHEDULE):
            return self._unfit()
        return None

    def _unfit(self) -> ArticleRefusal | None:
        if self.blocked:
            return NotReady()
        if self.rules.second_person and not self.approved:
            return NeedsSecondPerson()
        if self.rules.clinician_signs and not self.signed:
            return NeedsClinician()
        return None


def policy_of(article: Article, now: datetime) -> ArticlePolicy:
    """At most eight queries."""
    steps = set(
        ArticleEvent.objects.filter(article=article, number=article.version).values_list(
            "step", flat=True
        )
    )
    return ArticlePolicy(
        article=article,
        rules=ArticleSettings.current(),
        approved=Step.APPROVE in steps,
        signed=Step.SIGN in steps,
        writers=_writers(article),
        findings=check_text(newest_text(article), day_of(now, ClinicProfile.current())),
        now=now,
    )


def clinician_of(user: User | None) -> Contributor | None:
    """Whom somebody signs as."""
    return Contributor.objects.filter(user=user, is_clinician=True).first() if user else None


def _writers(article: Article) -> frozenset[int]:
    """Who wrote what was never approved: all of it, or what came after the last publication."""
    since = 0
    if article.status in DATED:
        since = article.shown_version
    revisions = article.revisions.filter(number__gt=since, by__isnull=False)
    if not revisions.exists():
        revisions = article.revisions.filter(number=article.version, by__isnull=False)
    return frozenset(revisions.values_list("by", flat=True))
