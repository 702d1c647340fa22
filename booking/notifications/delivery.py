"""Sending what is due. Several workers may run; one may be killed at any moment.

A worker leases a message (a row update that expires), sends it outside any transaction, and
notes the outcome under its own lease. Killed in between, the lease runs out and another worker
sends it again, with the same Message-ID: at most when the server's answer was lost.
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
INITIAL_RETRY_DELAY, MAX_RETRY_DELAY = timedelta(seconds=30), timedelta(hours=1)
Status = Notification.Status
RENDERING_ERRORS = (
    LookupError, ValueError, TypeError, ObjectDoesNotExist, TemplateSyntaxError, DecryptionError,
)  # fmt: skip
"""A fault of ours, or a lost key: it concerns one message, and the others go on."""


def deliver_due(*, stopped: Callable[[], bool] = lambda: False) -> Counter[str]:
    """Send everything that is due. Returns how many ended as what.

    Stops early when the mail server is away (nothing else would go either) or when asked to.
    """
    outcomes: Counter[str] = Counter()
    connection = get_connection() if settings.EMAIL_URL else None
    try:
        while not stopped() and (message := lease_next_message()) is not None:
            outcome = deliver_message(message, connection)
            outcomes[outcome] += 1
            if outcome == "away":
                break
    finally:
        if connection is not None:
            _close(connection)
    return outcomes


def lease_next_message() -> Notification | None:
    """Take the most urgent message that is due and that nobody works on."""
    now = clock.now()
    with transaction.atomic():
        due = (
            Notification.objects.waiting()
            .filter(Q(lease_until__isnull=True) | Q(lease_until__lte=now), next_try_at__lte=now)
            .filter(sent_at__isnull=True)
            .order_by("priority", "next_try_at", "pk")
        )
        message = due.select_for_update(skip_locked=True, of=("self",)).first()
        if message is None:
            return None
        message.lease, message.lease_until = secrets.token_hex(16), now + LEASE_DURATION
        message.attempts += 1
        message.save(update_fields=["lease", "lease_until", "attempts"])
    return message


def deliver_message(message: Notification, connection: BaseEmailBackend | None) -> str:
    """Send one leased message and note what came of it: the name of the outcome."""
    now = clock.now()
    kind = get_kind(message.kind)
    try:
        if kind is not None and not kind.is_still_wanted(message, now):
            return _finish(message, Status.DROPPED)
        if now > message.give_up_at:
            return _give_up(message, message.problem or "Too late to be of use.")
        if kind is None:
            return _schedule_retry(
                message, "The part of the site that wrote this message is switched off."
            )
        mail = _get_rendered_mail(message)
    except RENDERING_ERRORS as error:
        return _handle_rendering_error(message, error)
    if connection is None:
        return _finish(message, Status.KEPT, keep_mail=settings.DEMO or not kind.secret)
    return _send_and_record(message, mail, connection)


def _send_and_record(
    message: Notification, mail: RenderedMail, connection: BaseEmailBackend
) -> str:
    try:
        send_email(message, mail, connection)
    except MailServerUnavailable as problem:
        _close(connection)
        # Nothing is wrong with this message: as soon as the server is back, it goes.
        _schedule_retry(message, str(problem), pause=retry_delay(1))
        return "away"
    except TemporaryDeliveryError as problem:
        return _schedule_retry(message, str(problem))
    except PermanentDeliveryError as problem:
        _set_undeliverable_since(message, clock.now())
        return _give_up(message, str(problem))
    _set_undeliverable_since(message, None)
    return _finish(message, Status.SENT, keep_mail=settings.DEMO)


def retry_delay(attempts: int) -> timedelta:
    """Twice as long after each try, up to an hour, and never for all at the same moment."""
    usual = min(INITIAL_RETRY_DELAY * 2 ** min(attempts - 1, 10), MAX_RETRY_DELAY)
    return usual * random.uniform(0.5, 1.5)  # noqa: S311  # spreads load, guards nothing


def _get_rendered_mail(message: Notification) -> RenderedMail:
    """Rendered at the first try, the same at every later one."""
    if not message.rendered:
        message.rendered = mail_to_json(render(message))
        _leased_row(message).update(rendered=_encrypt_rendered(message))
    return mail_from_json(message.rendered)


def _encrypt_rendered(message: Notification) -> object:
    return Notification._meta.get_field("rendered").pre_save(message, False)


def _finish(message: Notification, status: Status, *, keep_mail: bool = False) -> str:
    done: dict[str, Any] = {"status": status, "lease": "", "lease_until": None, "problem": ""}
    if status in (Status.SENT, Status.KEPT):
        done["sent_at"] = clock.now()
    if not keep_mail:
        done |= {"rendered": "", "data": ""}
    _leased_row(message).update(**done)
    return str(status.value)


def _schedule_retry(message: Notification, problem: str, *, pause: timedelta | None = None) -> str:
    """Try again after a pause, unless it is of no use by then."""
    _leased_row(message).update(
        next_try_at=clock.now() + (pause or retry_delay(message.attempts)),
        lease="",
        lease_until=None,
        problem=problem,
    )
    return "later"


def _give_up(message: Notification, problem: str) -> str:
    """The desk shows it."""
    _leased_row(message).update(
        status=Status.FAILED, lease="", lease_until=None, problem=problem, rendered="", data=""
    )
    return "failed"


def _handle_rendering_error(message: Notification, error: Exception) -> str:
    log.error("Message %s (%s) cannot be written.", message.pk, message.kind, exc_info=error)
    problem = f"It could not be written ({type(error).__name__})."
    late = clock.now() > message.give_up_at
    return _give_up(message, problem) if late else _schedule_retry(message, problem)


def _set_undeliverable_since(message: Notification, since: datetime | None) -> None:
    """The patient's record says since when mails do not arrive there, until one does."""
    if message.appointment_id is None:
        return
    Patient.objects.filter(
        appointments=message.appointment_id,
        email__iexact=message.to_email,
        undeliverable_since__isnull=since is not None,
    ).update(undeliverable_since=since)


def _leased_row(message: Notification) -> "NotificationQuerySet":
    """The row, only while the lease is still ours."""
    return Notification.objects.filter(pk=message.pk, lease=message.lease)


def _close(connection: BaseEmailBackend) -> None:
    """Forget the connection; the next send opens a fresh one."""
    try:
        connection.close()
    except OSError:
        connection.connection = None  # type: ignore[attr-defined]  # it was gone already
