"""The outbox of notifications, their texts, and the worker's heartbeat."""

from typing import Self
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.models.appointments import Appointment
from booking.models.people import User
from clinic.lib.crypto.encrypted_field import EncryptedTextField
from clinic.lib.dates import clock


class NotificationQuerySet(models.QuerySet["Notification"]):
    def waiting(self) -> Self:
        """Return those neither sent nor given up: due, due later, or leased by a worker."""
        return self.filter(status=Notification.Status.WAITING)

    def undeliverable(self) -> Self:
        return self.filter(status=Notification.Status.FAILED)


class Notification(models.Model):
    """One e-mail to one person.

    The row is written in the transaction of the event; the unique `key` (event and kind) prevents
    duplicates. The text is rendered at the first attempt, stored encrypted until it is sent, and
    then purged. A worker holds an expiring lease, so a killed worker loses nothing.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        FAILED = "failed", _("undeliverable")
        DROPPED = "dropped", _("no longer wanted")
        KEPT = "kept", _("kept here, since no mail server is set")

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    key = models.CharField(_("what about"), max_length=120)
    kind = models.CharField(_("kind"), max_length=40)
    to_email = models.EmailField(_("to"), max_length=254)
    to_name = models.CharField(_("name"), max_length=150, blank=True)
    appointment = models.ForeignKey(
        Appointment, on_delete=models.CASCADE, null=True, blank=True, related_name="messages"
    )
    data = EncryptedTextField(bound_to="public_id", blank=True, default="", editable=False)
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.WAITING
    )
    priority = models.PositiveSmallIntegerField(_("priority"), default=5)
    due_at = models.DateTimeField(_("due"))
    give_up_at = models.DateTimeField(_("of no use after"))
    next_try_at = models.DateTimeField(_("next try"))
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    lease = models.CharField(max_length=40, blank=True, editable=False)
    message_id = models.CharField(max_length=200, editable=False)
    rendered = EncryptedTextField(bound_to="public_id", blank=True, default="", editable=False)
    problem = models.CharField(_("what went wrong"), max_length=300, blank=True)
    created_at = models.DateTimeField(default=clock.now, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        db_table = "booking_message"
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ("-created_at", "-pk")
        indexes = (
            models.Index(
                fields=["next_try_at"],
                condition=models.Q(sent_at__isnull=True),
                name="message_by_next_try",
            ),
            models.Index(fields=["appointment", "kind"], name="message_of_appointment"),
            models.Index(fields=["created_at"], name="message_by_age"),
            models.Index(fields=["status", "created_at"], name="message_by_state"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["key"],
                name="message_once",
                violation_error_message=_("This message is in the outbox already."),
            ),
            models.UniqueConstraint(
                fields=["message_id"],
                name="message_id_once",
                violation_error_message=_("Two messages cannot have the same Message-ID."),
            ),
            models.CheckConstraint(
                condition=models.Q(status__in=["waiting", "sent", "failed", "dropped", "kept"]),
                name="message_status_known",
                violation_error_message=_("That status does not exist."),
            ),
            models.CheckConstraint(
                condition=~models.Q(status="sent") | models.Q(sent_at__isnull=False),
                name="message_sent_when",
                violation_error_message=_("A sent message says when it was sent."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} ({self.get_status_display()})"


class NotificationText(models.Model):
    """The clinic's own text of a notification kind; without a row the built-in one is used."""

    kind = models.CharField(_("kind"), max_length=40, unique=True)
    subject = models.CharField(_("subject"), max_length=150)
    body = models.TextField(_("text"), max_length=4000)
    changed_at = models.DateTimeField(_("changed"), default=clock.now, editable=False)
    changed_by = models.ForeignKey(
        User, on_delete=models.SET_NULL, null=True, blank=True, editable=False
    )

    class Meta:
        db_table = "booking_messagetext"
        verbose_name = _("message text")
        verbose_name_plural = _("message texts")
        ordering = ("kind",)

    def __str__(self) -> str:
        return self.kind


class WorkerHeartbeat(models.Model):
    """The last heartbeat of each worker, for /readyz and the doctor command."""

    name = models.CharField(max_length=40, unique=True)
    seen_at = models.DateTimeField()

    class Meta:
        db_table = "booking_workerbeat"
        verbose_name = _("sign of life")
        verbose_name_plural = _("signs of life")

    def __str__(self) -> str:
        return f"{self.name}: {self.seen_at:%Y-%m-%d %H:%M:%S}"
