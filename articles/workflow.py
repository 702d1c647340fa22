"""Where an article can be on its way to readers, and the words that no article may live under."""

from collections.abc import Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    SCHEDULED = "scheduled", _("scheduled")
    PUBLISHED = "published", _("published")
    ARCHIVED = "archived", _("archived")


class Step(models.TextChoices):
    """What is done with an article as a whole; each is an action and a line of its history."""

    SEND = "send", _("sent for review")
    RETURN = "return", _("taken back to draft")
    APPROVE = "approve", _("approved")
    SIGN = "sign", _("signed by a clinician")
    SCHEDULE = "schedule", _("scheduled")
    PUBLISH = "publish", _("published")
    ARCHIVE = "archive", _("archived")
    REOPEN = "reopen", _("taken out of the archive")


FROM: Mapping[Step, frozenset[Status]] = {
    Step.SEND: frozenset({Status.DRAFT}),
    Step.RETURN: frozenset({Status.IN_REVIEW, Status.SCHEDULED}),
    Step.APPROVE: frozenset({Status.IN_REVIEW, Status.SCHEDULED, Status.PUBLISHED}),
    Step.SIGN: frozenset({Status.IN_REVIEW, Status.SCHEDULED, Status.PUBLISHED}),
    Step.SCHEDULE: frozenset({Status.IN_REVIEW}),
    Step.PUBLISH: frozenset({Status.IN_REVIEW, Status.SCHEDULED, Status.PUBLISHED}),
    Step.ARCHIVE: frozenset(set(Status) - {Status.ARCHIVED}),
    Step.REOPEN: frozenset({Status.ARCHIVED}),
}
"""Where an article must be for a step."""
TO: Mapping[Step, Status] = {
    Step.SEND: Status.IN_REVIEW,
    Step.RETURN: Status.DRAFT,
    Step.SCHEDULE: Status.SCHEDULED,
    Step.PUBLISH: Status.PUBLISHED,
    Step.ARCHIVE: Status.ARCHIVED,
    Step.REOPEN: Status.DRAFT,
}
"""Where it is afterwards; approving and signing leave it where it is."""

DATED = (Status.SCHEDULED, Status.PUBLISHED)
"""Readers see these from their date on: by the clock, whatever job did or did not run."""

RESERVED_SLUGS = ("topics", "feed", "glossary", "evidence-policy", "comment-policy")
"""Addresses below /articles/ that mean something else."""
