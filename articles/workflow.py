"""Where an article can be on its way to readers, and the words that no article may live under."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    DRAFT = "draft", _("draft")
    IN_REVIEW = "in_review", _("in review")
    SCHEDULED = "scheduled", _("scheduled")
    PUBLISHED = "published", _("published")
    ARCHIVED = "archived", _("archived")


DATED = (Status.SCHEDULED, Status.PUBLISHED)
"""Readers see these from their date on: by the clock, whatever job did or did not run."""

RESERVED_SLUGS = ("topics", "feed", "glossary", "evidence-policy", "comment-policy")
"""Addresses below /articles/ that mean something else."""
