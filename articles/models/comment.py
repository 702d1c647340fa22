"""What readers answer: comments, and whether a page was of use."""

from typing import Self
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article
from booking.models import User
from clinic.lib import clock
from clinic.lib.encrypted_field import EncryptedTextField


class CommentQuerySet(models.QuerySet["Comment"]):
    def approved(self) -> Self:
        """What other readers may see."""
        return self.filter(status=Comment.Status.APPROVED)


class Comment(models.Model):
    """A reader's words. Nobody but editors sees who wrote them; they wait until approved.

    All of it is encrypted: people write about their health, whatever they are asked.
    """

    class Status(models.TextChoices):
        HELD = "held", _("waiting")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="comments")
    name = EncryptedTextField(_("name"), bound_to="public_id", editable=False)
    email = EncryptedTextField(_("e-mail"), bound_to="public_id", editable=False)
    text = EncryptedTextField(_("comment"), bound_to="public_id", editable=False)
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.HELD
    )
    created_at = models.DateTimeField(_("written"), default=clock.now, editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        User,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    objects = CommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment")
        verbose_name_plural = _("comments")
        ordering = ("created_at", "pk")
        indexes = (models.Index(fields=["article", "status"], name="comment_of_article"),)
        constraints = (
            models.CheckConstraint(
                condition=models.Q(status__in=["held", "approved", "rejected"]),
                name="comment_status_known",
                violation_error_message=_("That status does not exist."),
            ),
            models.CheckConstraint(
                condition=models.Q(status="held") | models.Q(decided_at__isnull=False),
                name="comment_decided_when",
                violation_error_message=_("A comment that was decided on says when."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.article}, {self.created_at:%Y-%m-%d}"


class HelpfulCount(models.Model):
    """How many found an article helpful, and how many did not. Of who said so, nothing."""

    article = models.OneToOneField(
        Article, on_delete=models.CASCADE, primary_key=True, related_name="helpful"
    )
    yes = models.PositiveIntegerField(_("helpful"), default=0)
    no = models.PositiveIntegerField(_("not helpful"), default=0)

    class Meta:
        verbose_name = _("helpfulness")
        verbose_name_plural = _("helpfulness")

    def __str__(self) -> str:
        return f"{self.yes} : {self.no}"
