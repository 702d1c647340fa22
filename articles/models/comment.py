"""Comments of readers, their moderation, and the count of helpful votes."""

from typing import Self
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article
from booking.models import User
from clinic.lib.crypto.encrypted_field import UNREADABLE, EncryptedTextField
from clinic.lib.dates import clock


class CommentQuerySet(models.QuerySet["Comment"]):
    def approved(self) -> Self:
        """Filter to comments that readers see."""
        return self.filter(status=Comment.Status.APPROVED)

    def pending(self) -> Self:
        """Filter to comments that wait for an editor's decision."""
        return self.filter(status=Comment.Status.PENDING)

    def from_readers(self) -> Self:
        """Exclude the clinic's replies."""
        return self.filter(parent__isnull=True)


class Comment(models.Model):
    """A comment of a reader, shown once an editor has approved it. Only editors see the author.

    Text, name and e-mail are encrypted, since comments often mention the author's health. A reply
    of the clinic is a comment with a parent and without name and e-mail.
    """

    class Status(models.TextChoices):
        PENDING = "held", _("waiting")
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")
        BLOCKED = "blocked", _("from a blocked sender")

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    article = models.ForeignKey(Article, on_delete=models.CASCADE, related_name="comments")
    parent = models.ForeignKey(
        "self",
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        editable=False,
        related_name="replies",
    )
    name = EncryptedTextField(
        _("name"), bound_to="public_id", if_unreadable=UNREADABLE, editable=False
    )
    email = EncryptedTextField(_("e-mail"), bound_to="public_id", if_unreadable="", editable=False)
    text = EncryptedTextField(
        _("comment"), bound_to="public_id", if_unreadable=UNREADABLE, editable=False
    )
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.PENDING
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
        indexes = (
            models.Index(fields=["article", "status"], name="comment_of_article"),
            models.Index(fields=["status", "created_at"], name="comment_by_state"),
        )
        constraints = (
            models.CheckConstraint(
                condition=models.Q(status__in=["held", "approved", "rejected", "blocked"]),
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

    @property
    def is_pending(self) -> bool:
        """Whether nobody has approved or rejected it yet."""
        return self.status == Comment.Status.PENDING

    @property
    def can_be_replied_to(self) -> bool:
        """Whether the clinic may reply: it is a reader's, and neither rejected nor blocked."""
        is_shown_or_pending = self.is_pending or self.status == Comment.Status.APPROVED
        return self.parent_id is None and is_shown_or_pending


class CommentEvent(models.Model):
    """A decision of an editor about a comment. Deleted with its comment, except for the line that
    records a deletion: `count` comments, without saying which."""

    class Action(models.TextChoices):
        APPROVED = "approved", _("approved")
        REJECTED = "rejected", _("rejected")
        REPLIED = "replied", _("replied to")
        BLOCKED = "blocked", _("sender blocked")
        UNBLOCKED = "unblocked", _("sender no longer blocked")
        DELETED = "deleted", _("deleted as asked for")

    comment = models.ForeignKey(
        Comment, on_delete=models.CASCADE, null=True, blank=True, related_name="events"
    )
    kind = models.CharField(max_length=10, choices=Action.choices)
    count = models.PositiveIntegerField(default=1)
    at = models.DateTimeField(default=clock.now)
    user = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = _("comment event")
        verbose_name_plural = _("comment events")
        ordering = ("at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(
                    kind__in=["approved", "rejected", "replied", "blocked", "unblocked", "deleted"]
                ),
                name="comment_event_known",
                violation_error_message=_("That kind of event does not exist."),
            ),
            models.CheckConstraint(
                condition=models.Q(kind="deleted") | models.Q(comment__isnull=False),
                name="comment_event_of_one",
                violation_error_message=_("Say which comment it happened to."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, {self.at:%Y-%m-%d}"


class BlockedSender(models.Model):
    """A sender whose comments are hidden, stored as a keyed hash of the e-mail address."""

    email_hash = models.CharField(
        max_length=64,
        unique=True,
        editable=False,
        error_messages={"unique": _("This sender is blocked already.")},
    )
    blocked_at = models.DateTimeField(default=clock.now, editable=False)
    blocked_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, editable=False, related_name="+"
    )

    class Meta:
        verbose_name = _("blocked sender")
        verbose_name_plural = _("blocked senders")
        ordering = ("-blocked_at", "-pk")

    def __str__(self) -> str:
        return f"{self.blocked_at:%Y-%m-%d}"


class HelpfulCount(models.Model):
    """How many readers found an article helpful or not. Voters are not stored."""

    article = models.OneToOneField(
        Article, on_delete=models.CASCADE, primary_key=True, related_name="helpful"
    )
    yes = models.PositiveIntegerField(_("helpful"), default=0)
    no = models.PositiveIntegerField(_("not helpful"), default=0)

    class Meta:
        verbose_name = _("helpful votes")
        verbose_name_plural = _("helpful votes")

    def __str__(self) -> str:
        return f"{self.yes} : {self.no}"
