"""Sending the notifications that are due.

Several workers may run at the same time, and each may be killed at any moment. A worker leases a
notification (an update of the row that expires), sends it outside any transaction, and records
the outcome only while its lease is valid. If it is killed in between, the lease expires and
another worker sends the mail again, with the same Message-ID. So a mail is sent twice only if the
mail server's answer to the first attempt was lost.
"""

import logging
import random
import secrets
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction
from django.db.models import Q
from django.template import TemplateSyntaxError

from booking.models import Notification, Patient
from booking.models.notifications import NotificationQuerySet
from booking.notifications.kinds import RenderedMail, get_kind
from booking.notifications.recipients import has_recipient, update_recipient
from booking.notifications.rendering import render
from booking.notifications.smtp import (
    MailServerUnavailable,
    PermanentDeliveryError,
    TemporaryDeliveryError,
    mail_from_json,
    mail_to_json,
    send_email,
)
from clinic.lib.crypto.cipher import DecryptionError
from clinic.lib.dates import clock

log = logging.getLogger(__name__)
LEASE_DURATION = timedelta(minutes=5)
RETRY, UNAVAILABLE = "retry", "unavailable"
INITIAL_RETRY_DELAY, MAX_RETRY_DELAY = timedelta(seconds=30), timedelta(hours=1)
Status = Notification.Status
RENDERING_ERRORS = (
    LookupError, ValueError, TypeError, ObjectDoesNotExist, TemplateSyntaxError, DecryptionError,
)  # fmt: skip
"""Errors in the code, the data or a key. They concern one notification; the others are sent."""


def deliver_due(*, should_stop: Callable[[], bool] = lambda: False) -> Counter[str]:
    """Send everything that is due, and return the number of notifications by outcome.

    The outcomes are the final values of Notification.Status, "retry" (tried again later) and
    "unavailable". Stops early when the mail server is unavailable, or when `should_stop`, called
    before each notification, returns True.
    """
    outcomes: Counter[str] = Counter()
    connection = get_connection() if settings.EMAIL_URL else None
    try:
        while not should_stop() and (notification := lease_next_notification()) is not None:
            outcome = deliver_notification(notification, connection)
            outcomes[outcome] += 1
            if outcome == UNAVAILABLE:
                break
    finally:
        if connection is not None:
            _close(connection)
    return outcomes


def lease_next_notification() -> Notification | None:
    """Lease the most urgent notification that is due and not leased, or return None."""
    now = clock.now()
    with transaction.atomic():
        due = (
            Notification.objects.waiting()
            .filter(Q(lease_until__isnull=True) | Q(lease_until__lte=now), next_try_at__lte=now)
            .filter(sent_at__isnull=True)
            .order_by("priority", "next_try_at", "pk")
        )
        notification = due.select_for_update(skip_locked=True, of=("self",)).first()
        if notification is None:
            return None
        notification.lease, notification.lease_until = secrets.token_hex(16), now + LEASE_DURATION
        notification.attempts += 1
        notification.save(update_fields=["lease", "lease_until", "attempts"])
    return notification


def deliver_notification(notification: Notification, connection: BaseEmailBackend | None) -> str:
    """Send one leased notification, record the outcome and return it (see `deliver_due`).

    Without a connection the mail is kept in the outbox.
    """
    now = clock.now()
    kind = get_kind(notification.kind)
    try:
        update_recipient(notification)
        if not has_recipient(notification) or (
            kind is not None and not kind.is_still_wanted(notification, now)
        ):
            return _finish(notification, Status.DROPPED)
        if now > notification.give_up_at:
            return _give_up(notification, notification.problem or "Too late to be of use.")
        if kind is None:
            return _schedule_retry(
                notification, "The part of the site that wrote this notification is switched off."
            )
        mail = _get_rendered_mail(notification)
    except RENDERING_ERRORS as error:
        return _handle_rendering_error(notification, error)
    if connection is None:
        return _finish(notification, Status.KEPT, keep_mail=settings.DEMO or not kind.is_secret)
    return _send_and_record(notification, mail, connection)


def _send_and_record(
    notification: Notification, mail: RenderedMail, connection: BaseEmailBackend
) -> str:
    if update_recipient(notification):  # changed while the mail was being written
        return _schedule_retry(notification, "", delay=timedelta(0))
    try:
        send_email(notification, mail, connection)
    except MailServerUnavailable as problem:
        _close(connection)
        # The mail itself is fine, so the delay does not grow with the attempts.
        _schedule_retry(notification, str(problem), delay=retry_delay(1))
        return UNAVAILABLE
    except TemporaryDeliveryError as problem:
        return _schedule_retry(notification, str(problem))
    except PermanentDeliveryError as problem:
        _set_undeliverable_since(notification, clock.now())
        return _give_up(notification, str(problem))
    _set_undeliverable_since(notification, None)
    return _finish(notification, Status.SENT, keep_mail=settings.DEMO)


def retry_delay(attempts: int) -> timedelta:
    """Return the time until the next attempt: doubled each time, at most an hour, with jitter."""
    delay = min(INITIAL_RETRY_DELAY * 2 ** min(attempts - 1, 10), MAX_RETRY_DELAY)
    return delay * random.uniform(0.5, 1.5)  # noqa: S311  # not for security


def _get_rendered_mail(notification: Notification) -> RenderedMail:
    """Return the mail, rendered at the first attempt and stored for the later ones."""
    if not notification.rendered:
        notification.rendered = mail_to_json(render(notification))
        _leased_row(notification).update(rendered=_encrypt_rendered(notification))
    return mail_from_json(notification.rendered)


def _encrypt_rendered(notification: Notification) -> object:
    return Notification._meta.get_field("rendered").pre_save(notification, False)


def _finish(notification: Notification, status: Status, *, keep_mail: bool = False) -> str:
    done: dict[str, Any] = {"status": status, "lease": "", "lease_until": None, "problem": ""}
    if status in (Status.SENT, Status.KEPT):
        done["sent_at"] = clock.now()
    if not keep_mail:
        done |= {"rendered": "", "data": ""}
    _leased_row(notification).update(**done)
    return str(status.value)


def _schedule_retry(
    notification: Notification, problem: str, *, delay: timedelta | None = None
) -> str:
    """Record the problem and when to try again."""
    _leased_row(notification).update(
        next_try_at=clock.now() + (delay or retry_delay(notification.attempts)),
        lease="",
        lease_until=None,
        problem=problem,
    )
    return RETRY


def _give_up(notification: Notification, problem: str) -> str:
    """Record the problem as final and delete the text. The desk lists such notifications."""
    _leased_row(notification).update(
        status=Status.FAILED, lease="", lease_until=None, problem=problem, rendered="", data=""
    )
    return "failed"


def _handle_rendering_error(notification: Notification, error: Exception) -> str:
    log.error(
        "Notification %s (%s) cannot be rendered.",
        notification.pk,
        notification.kind,
        exc_info=error,
    )
    problem = f"It could not be written ({type(error).__name__})."
    is_late = clock.now() > notification.give_up_at
    return _give_up(notification, problem) if is_late else _schedule_retry(notification, problem)


def _set_undeliverable_since(notification: Notification, since: datetime | None) -> None:
    """Record on the patient since when mails do not arrive, or None once one does."""
    if notification.appointment_id is None:
        return
    Patient.objects.filter(
        appointments=notification.appointment_id,
        email__iexact=notification.to_email,
        undeliverable_since__isnull=since is not None,
    ).update(undeliverable_since=since)


def _leased_row(notification: Notification) -> "NotificationQuerySet":
    """Return the row, as a queryset that is empty if the lease is no longer ours."""
    return Notification.objects.filter(pk=notification.pk, lease=notification.lease)


def _close(connection: BaseEmailBackend) -> None:
    """Close the connection, so that the next mail opens a new one."""
    try:
        connection.close()
    except OSError:
        connection.connection = None  # type: ignore[attr-defined]  # broken already
