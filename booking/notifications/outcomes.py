"""Recording how the delivery of a leased notification ended, in its row and on the patient."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import F

from booking.models import Notification, Patient
from booking.models.notifications import NotificationQuerySet
from booking.notifications.kinds import get_kind
from booking.notifications.smtp_replies import Meaning, Reply
from clinic.lib.dates import clock

Failure = Notification.Failure
NO_LEASE: dict[str, Any] = {"lease": "", "lease_until": None}
PROBLEMS = {
    Meaning.SENDER_REFUSED: "The mail server refuses our mails",
    Meaning.MESSAGE_REFUSED: "The mail server refuses this mail",
    Meaning.NO_SUCH_MAILBOX: "There is no such mailbox",
    Meaning.UNEXPLAINED: "The mail server refuses the address and does not say why",
    Meaning.SERVER_UNAVAILABLE: "The mail server takes no mails now",
    Meaning.NO_ANSWER: "The mail server did not answer",
    Meaning.RECIPIENT_DEFERRED: "The mailbox takes no mails now",
    Meaning.MESSAGE_DEFERRED: "The mail server asked to try later",
}


def describe_reply(reply: Reply) -> str:
    """Return a sentence about a bad reply, with its codes but without the server's own words."""
    return f"{PROBLEMS[reply.meaning]} ({reply.codes or reply.text})."


def record_done(
    notification: Notification, status: Notification.Status, *, keep_mail: bool = False
) -> str:
    """Record that a notification is sent, kept or no longer wanted. Return the status."""
    done: dict[str, Any] = {"status": status, "problem": "", "failure": "", **NO_LEASE}
    if status in (Notification.Status.SENT, Notification.Status.KEPT):
        done["sent_at"] = clock.now()
    if not keep_mail:
        done |= {"rendered": "", "data": ""}
    leased_row(notification).update(**done)
    return str(status.value)


def record_retry(
    notification: Notification,
    problem: str,
    failure: Notification.Failure,
    *,
    when: datetime,
    is_counted: bool = True,
    streak: int | None = None,
) -> None:
    """Record why an attempt failed, and when to try again. `streak` is MailServerState.streak if
    the failure may be due to the server.

    `is_counted` is False for what was not an attempt at all: the pauses do not grow by it. When
    `when` is after the end of the notification, it is looked at when that has come.
    """
    soon_after_the_end = notification.give_up_at + timedelta(seconds=1)
    leased_row(notification).update(
        next_try_at=min(when, soon_after_the_end),
        problem=problem,
        failure=failure,
        failed_at=clock.now(),
        failure_streak=streak,
        attempts=F("attempts") if is_counted else F("attempts") - 1,
        **NO_LEASE,
    )


def record_dropped(notification: Notification, problem: str, failure: Notification.Failure) -> str:
    """Record that a mail is not sent, and why; delete its content. Return the status."""
    leased_row(notification).update(
        status=Notification.Status.DROPPED,
        problem=problem,
        failure=failure,
        failed_at=clock.now(),
        rendered="",
        data="",
        **NO_LEASE,
    )
    return str(Notification.Status.DROPPED.value)


def release(notification: Notification) -> None:
    """End the lease as if it had not been."""
    leased_row(notification).update(attempts=F("attempts") - 1, **NO_LEASE)


def record_failed(
    notification: Notification,
    problem: str,
    failure: Notification.Failure,
    now: datetime | None = None,
    *,
    streak: int | None = None,
) -> str:
    """Record the problem as final. The desk lists such notifications.

    The data stay for some weeks, so that the mail can be sent again; the text too, unless the
    mailbox does not exist. Nothing stays of what opens an account. `streak` is as for
    `record_retry`.
    """
    kind = get_kind(notification.kind)
    gone: dict[str, Any] = {}
    if kind is None or kind.is_secret:
        gone = {"rendered": "", "data": ""}
    elif failure == Failure.NO_SUCH_MAILBOX:
        gone = {"rendered": ""}
    if streak is not None:
        gone["failure_streak"] = streak
    leased_row(notification).update(
        status=Notification.Status.FAILED,
        problem=problem[:300],
        failure=failure,
        failed_at=now or clock.now(),
        **gone,
        **NO_LEASE,
    )
    return str(Notification.Status.FAILED.value)


def set_undeliverable_since(notification: Notification, since: datetime | None) -> None:
    """Record on the patient since when mails do not arrive, or None once one does.

    Where mails that come back are noticed, a mail that the server takes proves nothing: then only
    staff clear the mark, or another address does.
    """
    are_noticed = bool(settings.BOUNCE_ADDRESS or settings.MAIL_WEBHOOK)
    if notification.appointment_id is None or (since is None and are_noticed):
        return
    Patient.objects.filter(
        appointments=notification.appointment_id,
        email__iexact=notification.to_email,
        undeliverable_since__isnull=since is not None,
    ).update(undeliverable_since=since)


def leased_row(notification: Notification) -> "NotificationQuerySet":
    """Return the row, as a queryset that is empty if the lease is no longer ours."""
    return Notification.objects.filter(pk=notification.pk, lease=notification.lease)
