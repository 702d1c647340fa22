"""The statuses of an article, the steps between them, and the reserved slugs."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _


class ArticleStatus(models.TextChoices):
    """The publication status of an article."""

    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    SCHEDULED = "scheduled", _("scheduled")
    PUBLISHED = "published", _("published")
    ARCHIVED = "archived", _("archived")


class ArticleStep(models.TextChoices):
    """A step of the editorial workflow. Each is an action and is recorded as an ArticleEvent."""

    SEND_FOR_REVIEW = "send", _("sent for review")
    RETURN_TO_DRAFT = "return", _("taken back to draft")
    APPROVE = "approve", _("approved")
    SIGN = "sign", _("signed by a clinician")
    SCHEDULE = "schedule", _("scheduled")
    PUBLISH = "publish", _("published")
    ARCHIVE = "archive", _("archived")
    REOPEN = "reopen", _("taken out of the archive")


ALLOWED_FROM: Mapping[ArticleStep, frozenset[ArticleStatus]] = {
    ArticleStep.SEND_FOR_REVIEW: frozenset({ArticleStatus.DRAFT}),
    ArticleStep.RETURN_TO_DRAFT: frozenset({ArticleStatus.IN_REVIEW, ArticleStatus.SCHEDULED}),
    ArticleStep.APPROVE: frozenset(
        {ArticleStatus.IN_REVIEW, ArticleStatus.SCHEDULED, ArticleStatus.PUBLISHED}
    ),
    ArticleStep.SIGN: frozenset(
        {ArticleStatus.IN_REVIEW, ArticleStatus.SCHEDULED, ArticleStatus.PUBLISHED}
    ),
    ArticleStep.SCHEDULE: frozenset({ArticleStatus.IN_REVIEW}),
    ArticleStep.PUBLISH: frozenset(
        {ArticleStatus.IN_REVIEW, ArticleStatus.SCHEDULED, ArticleStatus.PUBLISHED}
    ),
    ArticleStep.ARCHIVE: frozenset(set(ArticleStatus) - {ArticleStatus.ARCHIVED}),
    ArticleStep.REOPEN: frozenset({ArticleStatus.ARCHIVED}),
}
"""The statuses from which a step is possible."""

RESULTING_STATUS: Mapping[ArticleStep, ArticleStatus] = {
    ArticleStep.SEND_FOR_REVIEW: ArticleStatus.IN_REVIEW,
    ArticleStep.RETURN_TO_DRAFT: ArticleStatus.DRAFT,
    ArticleStep.SCHEDULE: ArticleStatus.SCHEDULED,
    ArticleStep.PUBLISH: ArticleStatus.PUBLISHED,
    ArticleStep.ARCHIVE: ArticleStatus.ARCHIVED,
    ArticleStep.REOPEN: ArticleStatus.DRAFT,
}
"""The status after a step. Approving and signing leave the status unchanged."""

DATED_STATUSES = (ArticleStatus.SCHEDULED, ArticleStatus.PUBLISHED)
"""Visible once `published_at` has passed; no scheduled job is involved."""

RESERVED_SLUGS = ("topics", "feed", "glossary", "evidence-policy", "comment-policy")
"""Slugs that no article may have, because other pages below /articles/ use them."""
