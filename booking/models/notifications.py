"""The outbox of notifications, their texts, the state of the mail server, and heartbeats."""

from datetime import datetime
from typing import Self
from uuid import uuid4

from django.db import models
from django.utils.translation import gettext_lazy as _

from booking.models.appointments import Appointment
from booking.models.people import Patient, User
from clinic.lib.crypto.encrypted_field import EncryptedTextField
from clinic.lib.dates import clock


class Priority(models.IntegerChoices):
    """The order in which due notifications are sent: those with a lower number first."""

    SIGN_IN = 0, _("codes to sign in")
    LINK = 1, _("links that somebody has asked for")
    CHANGE = 2, _("bookings and changes")
    REMINDER = 4, _("reminders")
    OTHER = 5, _("others")
    THANK_YOU = 9, _("thank-yous")


REMINDER_KIND = "reminder"
"""The kind of reminders; the keys of these and of their copies begin with it."""


class NotificationQuerySet(models.QuerySet["Notification"]):
    def waiting(self) -> Self:
        """Return those neither sent nor given up: due, due later, or leased by a worker."""
        return self.filter(status=Notification.Status.WAITING)

    def undeliverable(self) -> Self:
        return self.filter(status=Notification.Status.FAILED)

    def refused(self) -> Self:
        """Return the waiting mails that the mail server has refused so far."""
        return self.waiting().filter(failure__in=Notification.REFUSALS)

    def unleased(self, now: datetime) -> Self:
        """Return those that no worker holds."""
        return self.filter(models.Q(lease_until__isnull=True) | models.Q(lease_until__lte=now))


class Notification(models.Model):
    """One e-mail to one person.

    The row is written in the transaction of the event; the unique `key` (event and kind) prevents
    duplicates. The text is rendered at the first attempt, stored encrypted until it is sent, and
    then purged. A worker holds an expiring lease, so a killed worker loses nothing.

    A mail to the appointment's patient (`is_to_patient`) has no recipient of its own until it is
    sent: it goes to the patient's address of that moment. `to_email`, `to_name` and `link_version`
    then record for whom, and with which links, it was written.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        FAILED = "failed", _("undeliverable")
        DROPPED = "dropped", _("no longer wanted")
        KEPT = "kept", _("kept here, since no mail server is set")

    class Failure(models.TextChoices):
        """Why the last attempt failed. Most values are meanings of an SMTP reply, see
        `booking.notifications.smtp_replies`."""

        SENDER_REFUSED = "sender_refused", _("the mail server refuses our mails")
        MESSAGE_REFUSED = "message_refused", _("the mail server refuses this mail")
        NO_SUCH_MAILBOX = "no_such_mailbox", _("there is no such mailbox")
        UNEXPLAINED = "unexplained", _("the mail server refuses the address without a reason")
        SERVER_UNAVAILABLE = "server_unavailable", _("the mail server takes no mails now")
        NO_ANSWER = "no_answer", _("the mail server did not answer")
        RECIPIENT_DEFERRED = "recipient_deferred", _("the mailbox takes no mails now")
        MESSAGE_DEFERRED = "message_deferred", _("the mail server takes this mail later")
        NOT_RENDERED = "not_rendered", _("the text could not be written")
        TOO_LATE = "too_late", _("it waited until it was of no use")
        MAIL_LIMIT = "mail_limit", _("this address gets only a few mails an hour")

    REFUSALS = (Failure.SENDER_REFUSED, Failure.MESSAGE_REFUSED, Failure.UNEXPLAINED)
    """Failures that are refusals of a mail which is tried again."""

    public_id = models.UUIDField(default=uuid4, unique=True, editable=False)
    key = models.CharField(_("unique key"), max_length=120)
    kind = models.CharField(_("kind"), max_length=40)
    is_to_patient = models.BooleanField(
        _("goes to the patient"), default=False, help_text=_("To the address on their record.")
    )
    to_email = models.EmailField(_("to"), max_length=254, blank=True)
    to_name = models.CharField(_("name"), max_length=150, blank=True)
    appointment = models.ForeignKey(
        Appointment, on_delete=models.CASCADE, null=True, blank=True, related_name="notifications"
    )
    link_version = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        editable=False,
        help_text=_("Of the appointment, when it was written."),
    )
    is_by_visitor = models.BooleanField(
        default=False,
        db_default=False,
        editable=False,
        help_text=_("Whether a visitor of the public pages caused it."),
    )
    mailbox = models.CharField(
        max_length=254,
        blank=True,
        default="",
        db_default="",
        editable=False,
        help_text=_("The mailbox of the address, for the limit of mails an hour."),
    )
    requested_by = models.ForeignKey(
        User,
        verbose_name=_("sent again by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    data = EncryptedTextField(bound_to="public_id", blank=True, default="", editable=False)
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.WAITING
    )
    priority = models.PositiveSmallIntegerField(
        _("priority"), choices=Priority, default=Priority.OTHER
    )
    due_at = models.DateTimeField(_("due"))
    give_up_at = models.DateTimeField(_("not sent after"))
    next_try_at = models.DateTimeField(_("next attempt"))
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    lease_until = models.DateTimeField(null=True, blank=True, editable=False)
    lease = models.CharField(max_length=40, blank=True, editable=False)
    message_id = models.CharField(max_length=200, editable=False)
    rendered = EncryptedTextField(bound_to="public_id", blank=True, default="", editable=False)
    problem = models.CharField(_("problem"), max_length=300, blank=True)
    failure = models.CharField(
        _("why it failed"), max_length=20, choices=Failure, blank=True, default="", db_default=""
    )
    failed_at = models.DateTimeField(_("last failure"), null=True, blank=True, editable=False)
    failure_streak = models.PositiveIntegerField(
        null=True,
        blank=True,
        editable=False,
        help_text=_("MailServerState.streak at the last failure, if the server may be the cause."),
    )
    created_at = models.DateTimeField(default=clock.now, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    objects = NotificationQuerySet.as_manager()

    class Meta:
        db_table = "booking_message"
        verbose_name = _("notification")
        verbose_name_plural = _("notifications")
        ordering = ("-created_at", "-pk")
        indexes = (
            models.Index(
                fields=["priority", "next_try_at", "id"],
                condition=models.Q(status="waiting"),
                name="message_queue",
            ),
            models.Index(
                fields=["failure", "failure_streak"],
                condition=models.Q(status="waiting") & ~models.Q(failure=""),
                name="message_by_failure",
            ),
            models.Index(
                fields=["next_try_at"],
                condition=models.Q(sent_at__isnull=True),
                name="message_by_next_try",
            ),
            models.Index(fields=["appointment", "kind"], name="message_of_appointment"),
            models.Index(
                fields=["mailbox", "sent_at"],
                condition=~models.Q(mailbox=""),
                name="message_of_mailbox",
            ),
            models.Index(fields=["created_at"], name="message_by_age"),
            models.Index(fields=["status", "created_at"], name="message_by_state"),
        )
        constraints = (
            models.UniqueConstraint(
                fields=["key"],
                name="message_once",
                violation_error_message=_("This notification is in the outbox already."),
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
            models.CheckConstraint(
                condition=models.Q(priority__in=[0, 1, 2, 4, 5, 9]),
                name="message_priority_known",
                violation_error_message=_("That priority does not exist."),
            ),
            models.CheckConstraint(
                condition=models.Q(failure="") | models.Q(failed_at__isnull=False),
                name="message_failed_when",
                violation_error_message=_("A message that failed says when."),
            ),
            models.CheckConstraint(
                condition=models.Q(is_to_patient=False, to_email__gt="")
                | models.Q(is_to_patient=True, appointment__isnull=False),
                name="message_has_a_recipient",
                violation_error_message=_("A message goes to an address, or to a patient."),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} ({self.get_status_display()})"

    @property
    def patient(self) -> Patient | None:
        """The patient a mail goes to, or None if it goes to somebody else."""
        return self.appointment.patient if self.is_to_patient and self.appointment else None

    @property
    def recipient_email(self) -> str:
        """The address that it was sent to, or while it waits the one that it would go to."""
        return self.patient.email if self._follows_patient and self.patient else self.to_email

    @property
    def recipient_name(self) -> str:
        """The name that goes with `recipient_email`; may be blank."""
        return self.patient.name if self._follows_patient and self.patient else self.to_name

    @property
    def _follows_patient(self) -> bool:
        return self.is_to_patient and (self.status == self.Status.WAITING or not self.to_email)


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
        verbose_name = _("notification text")
        verbose_name_plural = _("notification texts")
        ordering = ("kind",)

    def __str__(self) -> str:
        return self.kind


class WorkerHeartbeat(models.Model):
    """The last heartbeat of each worker, for /readyz and the doctor command."""

    name = models.CharField(max_length=40, unique=True)
    seen_at = models.DateTimeField()

    class Meta:
        db_table = "booking_workerbeat"
        verbose_name = _("worker heartbeat")
        verbose_name_plural = _("worker heartbeats")

    def __str__(self) -> str:
        return f"{self.name}: {self.seen_at:%Y-%m-%d %H:%M:%S}"


class MailServerState(models.Model):
    """Whether the mail server takes our mails. One row, written by the workers.

    While it is not OK, a worker sends one message at a time, as a probe, when `next_probe_at` has
    come. `since` is when the present status began, and `failures` the number of probes that have
    failed. `stage`, `code` (0 if none came) and `reply` are those of the last bad reply.
    """

    class Status(models.TextChoices):
        OK = "ok", _("takes our mails")
        UNAVAILABLE = "unavailable", _("is away")
        STOPPED = "stopped", _("refuses our mails")

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    status = models.CharField(max_length=12, choices=Status, default=Status.OK)
    since = models.DateTimeField(null=True, blank=True)
    stage = models.PositiveSmallIntegerField(default=0)
    code = models.PositiveSmallIntegerField(default=0)
    reply = models.CharField(max_length=300, blank=True)
    failures = models.PositiveIntegerField(default=0)
    next_probe_at = models.DateTimeField(null=True, blank=True)
    streak = models.PositiveIntegerField(default=0, db_default=0)
    streak_has_failures = models.BooleanField(default=False, db_default=False)

    class Meta:
        db_table = "booking_mailserverstate"
        verbose_name = _("state of the mail server")
        verbose_name_plural = _("state of the mail server")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(pk=1),
                name="mail_server_state_once",
                violation_error_message=_("There is one state of the mail server."),
            ),
            models.CheckConstraint(
                condition=models.Q(status="ok", since__isnull=True, next_probe_at__isnull=True)
                | models.Q(
                    status__in=["unavailable", "stopped"],
                    since__isnull=False,
                    next_probe_at__isnull=False,
                ),
                name="mail_server_state_since",
                violation_error_message=_("A server that is not OK has a date and a next try."),
            ),
        )

    def __str__(self) -> str:
        return str(self.get_status_display())


class RecipientPause(models.Model):
    """An address that the mail server does not take mails for now; all mails to it wait.

    `address` is a keyed hash, so the table does not reveal anybody. The row is deleted when a
    mail is accepted, or some days after the pause.
    """

    address = models.CharField(max_length=64, unique=True)
    failures = models.PositiveIntegerField(default=0)
    until = models.DateTimeField()

    class Meta:
        db_table = "booking_recipientpause"
        verbose_name = _("pause of a recipient")
        verbose_name_plural = _("pauses of recipients")
        indexes = (models.Index(fields=["until"], name="recipient_pause_by_age"),)

    def __str__(self) -> str:
        return f"{self.failures} until {self.until:%Y-%m-%d %H:%M}"
