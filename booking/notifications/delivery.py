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

from booking.models import Message, Patient
from booking.models.notifications import MessageQuerySet
from booking.notifications.kinds import RenderedMail, get_kind
from booking.notifications.rendering import render
from booking.notifications.smtp import (
    ServerAway,
    TryAgain,
    Undeliverable,
    from_sealed_form,
    sealed_form,
    send,
)
from clinic.lib.crypto.cipher import CannotDecrypt
from clinic.lib.dates import clock

log = logging.getLogger(__name__)
LEASE = timedelta(minutes=5)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=30), timedelta(hours=1)
Status = Message.Status
CANNOT_BE_WRITTEN = (
    LookupError, ValueError, TypeError, ObjectDoesNotExist, TemplateSyntaxError, CannotDecrypt,
)  # fmt: skip
"""A fault of ours, or a lost key: it concerns one message, and the others go on."""


def deliver_due(*, stopped: Callable[[], bool] = lambda: False) -> Counter[str]:
    """Send everything that is due. Returns how many ended as what.

    Stops early when the mail server is away (nothing else would go either) or when asked to.
    """
    outcomes: Counter[str] = Counter()
    connection = get_connection() if settings.EMAIL_URL else None
    try:
        while not stopped() and (message := lease_next()) is not None:
            outcome = deliver(message, connection)
            outcomes[outcome] += 1
            if outcome == "away":
                break
    finally:
        if connection is not None:
            _close(connection)
    return outcomes


def lease_next() -> Message | None:
    """Take the most urgent message that is due and that nobody works on."""
    now = clock.now()
    with transaction.atomic():
        due = (
            Message.objects.waiting()
            .filter(Q(lease_until__isnull=True) | Q(lease_until__lte=now), next_try_at__lte=now)
            .filter(sent_at__isnull=True)
            .order_by("priority", "next_try_at", "pk")
        )
        message = due.select_for_update(skip_locked=True, of=("self",)).first()
        if message is None:
            return None
        message.lease, message.lease_until = secrets.token_hex(16), now + LEASE
        message.attempts += 1
        message.save(update_fields=["lease", "lease_until", "attempts"])
    return message


def deliver(message: Message, connection: BaseEmailBackend | None) -> str:
    """Send one leased message and note what came of it: the name of the outcome."""
    now = clock.now()
    kind = get_kind(message.kind)
    try:
        if kind is not None and not kind.still_wanted(message, now):
            return _end(message, Status.DROPPED)
        if now > message.give_up_at:
            return _give_up(message, message.problem or "Too late to be of use.")
        if kind is None:
            return _later(message, "The part of the site that wrote this message is switched off.")
        mail = _rendered(message)
    except CANNOT_BE_WRITTEN as error:
        return _cannot_be_written(message, error)
    if connection is None:
        return _end(message, Status.KEPT, keep_mail=settings.DEMO or not kind.secret)
    return _try_to_send(message, mail, connection)


def _try_to_send(message: Message, mail: RenderedMail, connection: BaseEmailBackend) -> str:
    try:
        send(message, mail, connection)
    except ServerAway as problem:
        _close(connection)
        # Nothing is wrong with this message: as soon as the server is back, it goes.
        _later(message, str(problem), pause=pause_after(1))
        return "away"
    except TryAgain as problem:
        return _later(message, str(problem))
    except Undeliverable as problem:
        _mark_address(message, clock.now())
        return _give_up(message, str(problem))
    _mark_address(message, None)
    return _end(message, Status.SENT, keep_mail=settings.DEMO)


def pause_after(attempts: int) -> timedelta:
    """Twice as long after each try, up to an hour, and never for all at the same moment."""
    usual = min(FIRST_PAUSE * 2 ** min(attempts - 1, 10), LONGEST_PAUSE)
    return usual * random.uniform(0.5, 1.5)  # noqa: S311  # spreads load, guards nothing


def _rendered(message: Message) -> RenderedMail:
    """Rendered at the first try, the same at every later one."""
    if not message.rendered:
        message.rendered = sealed_form(render(message))
        _mine(message).update(rendered=_sealed(message))
    return from_sealed_form(message.rendered)


def _sealed(message: Message) -> object:
    return Message._meta.get_field("rendered").pre_save(message, False)


def _end(message: Message, status: Status, *, keep_mail: bool = False) -> str:
    done: dict[str, Any] = {"status": status, "lease": "", "lease_until": None, "problem": ""}
    if status in (Status.SENT, Status.KEPT):
        done["sent_at"] = clock.now()
    if not keep_mail:
        done |= {"rendered": "", "data": ""}
    _mine(message).update(**done)
    return str(status.value)


def _later(message: Message, problem: str, *, pause: timedelta | None = None) -> str:
    """Try again after a pause, unless it is of no use by then."""
    _mine(message).update(
        next_try_at=clock.now() + (pause or pause_after(message.attempts)),
        lease="",
        lease_until=None,
        problem=problem,
    )
    return "later"


def _give_up(message: Message, problem: str) -> str:
    """The desk shows it."""
    _mine(message).update(
        status=Status.FAILED, lease="", lease_until=None, problem=problem, rendered="", data=""
    )
    return "failed"


def _cannot_be_written(message: Message, error: Exception) -> str:
    log.error("Message %s (%s) cannot be written.", message.pk, message.kind, exc_info=error)
    problem = f"It could not be written ({type(error).__name__})."
    late = clock.now() > message.give_up_at
    return _give_up(message, problem) if late else _later(message, problem)


def _mark_address(message: Message, since: datetime | None) -> None:
    """The patient's record says since when mails do not arrive there, until one does."""
    if message.appointment_id is None:
        return
    Patient.objects.filter(
        appointments=message.appointment_id,
        email__iexact=message.to_email,
        undeliverable_since__isnull=since is not None,
    ).update(undeliverable_since=since)


def _mine(message: Message) -> "MessageQuerySet":
    """The row, only while the lease is still ours."""
    return Message.objects.filter(pk=message.pk, lease=message.lease)


def _close(connection: BaseEmailBackend) -> None:
    """Forget the connection; the next send opens a fresh one."""
    try:
        connection.close()
    except OSError:
        connection.connection = None  # type: ignore[attr-defined]  # it was gone already
