"""Where an article can be on its way to readers, and the words that no article may live under."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _


class ArticleStatus(models.TextChoices):
    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    SCHEDULED = "scheduled", _("scheduled")
    PUBLISHED = "published", _("published")
    ARCHIVED = "archived", _("archived")


class ArticleStep(models.TextChoices):
    """What is done with an article as a whole; each is an action and a line of its history."""

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
"""Where an article must be for a step."""
RESULTING_STATUS: Mapping[ArticleStep, ArticleStatus] = {
    ArticleStep.SEND_FOR_REVIEW: ArticleStatus.IN_REVIEW,
    ArticleStep.RETURN_TO_DRAFT: ArticleStatus.DRAFT,
    ArticleStep.SCHEDULE: ArticleStatus.SCHEDULED,
    ArticleStep.PUBLISH: ArticleStatus.PUBLISHED,
    ArticleStep.ARCHIVE: ArticleStatus.ARCHIVED,
    ArticleStep.REOPEN: ArticleStatus.DRAFT,
}
"""Where it is afterwards; approving and signing leave it where it is."""

DATED_STATUSES = (ArticleStatus.SCHEDULED, ArticleStatus.PUBLISHED)
"""Readers see these from their date on: by the clock, whatever job did or did not run."""

RESERVED_SLUGS = ("topics", "feed", "glossary", "evidence-policy", "comment-policy")
"""Addresses below /articles/ that mean something else."""
