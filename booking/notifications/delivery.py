"""Sending the notifications that are due.

Several workers may run at the same time, and each may be killed at any moment. A worker leases a
notification (`leasing`), sends it in a thread outside any transaction (`senders`), and records the
outcome only while its lease is valid. If it is killed in between, the lease expires and another
worker sends the mail again, with the same Message-ID. So a mail is sent twice only if the mail
server's reply to the first attempt was lost.

What a reply means for the notification is decided here, what it means for the queue in
`mail_server`.
"""

import logging
import time
from collections import Counter
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime, timedelta

from django.conf import settings
from django.core.exceptions import ObjectDoesNotExist
from django.template import TemplateSyntaxError

from booking.models import Notification, Priority
from booking.notifications import recipient_pauses
from booking.notifications.kinds import RenderedMail, get_kind
from booking.notifications.leasing import Queue
from booking.notifications.mail_budget import delayed_until, waits_for_budget
from booking.notifications.mail_format import build_email, mail_from_json, mail_to_json
from booking.notifications.mail_server import MailServer
from booking.notifications.outcomes import (
    describe_reply,
    leased_row,
    record_done,
    record_dropped,
    record_failed,
    record_retry,
    release,
    set_undeliverable_since,
)
from booking.notifications.recipients import has_recipient, update_recipient
from booking.notifications.rendering import render
from booking.notifications.retry_delays import retry_delay
from booking.notifications.senders import PATIENCE, SenderPool, SentMail
from booking.notifications.smtp import (
    Envelope,
    UnwritableAddress,
    UnwritableSender,
    make_envelope,
)
from booking.notifications.smtp_replies import Meaning, Reply, Stage
from clinic.lib.crypto.cipher import DecryptionError
from clinic.lib.dates import clock
from clinic.lib.logs.error_locations import describe_error_location

log = logging.getLogger(__name__)
RETRY, UNAVAILABLE, STOPPED = "retry", "unavailable", "stopped"
"""Outcomes that are not final: tried again, the server is away, the server refuses us."""
MAX_SERVER_RETRY_DELAY = timedelta(minutes=10)
"""Of a notification that failed because of the server: the probes have pauses of their own."""
POLL_SECONDS = 0.5
"""How often a worker looks for new notifications while slow ones are being sent."""
Status, Failure = Notification.Status, Notification.Failure
RENDERING_ERRORS = (
    LookupError, ValueError, TypeError, ObjectDoesNotExist, TemplateSyntaxError, DecryptionError,
)  # fmt: skip
"""Errors in the code, the data or a key. They concern one notification; the others are sent."""


def deliver_due(*, should_stop: Callable[[], bool] = lambda: False) -> Counter[str]:
    """Send everything that is due, and return the number of notifications by outcome.

    The outcomes are the final values of Notification.Status, "retry" (tried again later),
    "unavailable" and "stopped" (the mail server takes no mails now, or refuses us). Stops early
    when the queue stops, or when `should_stop`, called before each notification, returns True.
    """
    run = DeliveryRun()
    with run.pool or nullcontext():
        run.until_nothing_is_due(should_stop)
    return run.outcomes


class DeliveryRun:
    """One run over the queue: leases, sends and records, until nothing is due.

    Without a mail server there is no pool, and mails are kept in the outbox.
    """

    def __init__(self) -> None:
        self.outcomes: Counter[str] = Counter()
        self.pool = SenderPool() if settings.EMAIL_URL else None
        self._queue = Queue()
        self._server = MailServer()

    def until_nothing_is_due(self, should_stop: Callable[[], bool]) -> None:
        """Deliver what is due, and wait for the mails that are being sent."""
        if self.pool is None:
            while not should_stop() and (notification := self._queue.lease_next()) is not None:
                self.outcomes[keep_leased(notification)] += 1
            return
        while self._deliver_next(self.pool, should_stop):
            for sent in self.pool.collect():
                self.outcomes[self._record(sent, self.pool)] += 1

    def _deliver_next(self, pool: SenderPool, should_stop: Callable[[], bool]) -> bool:
        """Begin to send the next mail, and wait for a while for one to be done.

        Return False if nothing is due and nothing is being sent.
        """
        running = pool.number_running
        started = not should_stop() and self._start_next(pool)
        if pool.number_running > running:
            pool.wait(PATIENCE)
        elif not started and running:
            pool.wait(POLL_SECONDS)
        return started or running > 0

    def _start_next(self, pool: SenderPool) -> bool:
        """Lease the next notification and begin to send it. Return whether there was one."""
        lowest = pool.lowest_priority
        if lowest is None or not self._server.may_send():
            return False
        notification = self._queue.lease_next(lowest)
        return notification is not None and self.start(notification, pool)

    def start(self, notification: Notification, pool: SenderPool) -> bool:
        """Begin to send a leased notification. Return False if another worker sends the probe."""
        leased_at = time.monotonic()
        mail = _prepare(notification)
        envelope = self._make_envelope(notification, mail) if not isinstance(mail, str) else mail
        if isinstance(envelope, str):
            self.outcomes[envelope] += 1
            return True
        if not self._server.claim_probe():
            release(notification)
            return False
        if isinstance(envelope, Reply):
            self.outcomes[self._record_failure(notification, envelope, pool)] += 1
        else:
            pool.start(notification, envelope, leased_at)
        return True

    def _make_envelope(
        self, notification: Notification, mail: RenderedMail
    ) -> Envelope | Reply | str:
        """Return the mail with its envelope; a reply if our own address is at fault; or the
        outcome if the mail cannot be sent."""
        if update_recipient(notification):  # changed while the mail was being written
            release(notification)
            return RETRY
        try:
            return make_envelope(notification, build_email(notification, mail))
        except UnwritableSender as error:
            return error.reply
        except UnwritableAddress:
            return _record_unwritable(notification)
        except ValueError as error:
            return _handle_rendering_error(notification, error)

    def _record(self, sent: SentMail, pool: SenderPool) -> str:
        """Record the reply to a mail, in its row and for the queue. Return the outcome."""
        notification, reply, now = sent.notification, sent.reply, clock.now()
        match reply.meaning:
            case Meaning.ACCEPTED:
                outcome = record_done(notification, Status.SENT, keep_mail=settings.DEMO)
                set_undeliverable_since(notification, None)
                recipient_pauses.end_pause(notification.to_email)
                self._server.record_accepted()
                return outcome
            case Meaning.NO_SUCH_MAILBOX if not self._server.refuses_everybody(notification):
                streak = self._server.begin_failure(notification)
                return self._record_missing(notification, reply, now, streak=streak)
            case Meaning.UNEXPLAINED if self._server.has_no_mailbox(notification):
                return self._record_missing(notification, reply, now)
            case Meaning.RECIPIENT_DEFERRED:
                until = recipient_pauses.pause_recipient(notification.to_email, now)
                _schedule_retry(notification, reply, when=until)
                self._server.record_reached(reply.stage)
                return RETRY
            case Meaning.MESSAGE_DEFERRED:
                _schedule_retry(notification, reply, when=now + retry_delay(notification.attempts))
                self._server.record_reached(reply.stage)
                return RETRY
            case _:
                return self._record_failure(notification, reply, pool)

    def _record_missing(
        self, notification: Notification, reply: Reply, now: datetime, *, streak: int | None = None
    ) -> str:
        """Record that there is no such mailbox, and mark the patient. Return the outcome."""
        failure = Failure(reply.meaning.value)
        set_undeliverable_since(notification, now)
        record_failed(notification, describe_reply(reply), failure, now, streak=streak)
        self._server.record_reached(reply.stage)
        return str(Status.FAILED.value)

    def _record_failure(self, notification: Notification, reply: Reply, pool: SenderPool) -> str:
        """Record a reply that may be about us or the server. Return the outcome."""
        if reply.stage <= Stage.AUTH:  # nothing that concerns this mail
            release(notification)
            if pool.number_running and not self._server.is_probing:
                pool.allow_no_more_connections()
                return RETRY
        else:
            delay = retry_delay(notification.attempts)
            if self._server.is_about_us(notification, reply):
                delay = min(delay, MAX_SERVER_RETRY_DELAY)
            _schedule_retry(
                notification,
                reply,
                when=clock.now() + delay,
                streak=self._server.begin_failure(notification),
            )
        self._server.record_failure(notification, reply)
        if not self._server.has_stopped:
            return RETRY
        return STOPPED if self._server.refuses_us else UNAVAILABLE


def keep_leased(notification: Notification) -> str:
    """Write a leased notification and keep the mail in the outbox, without a mail server.

    Return the outcome. The text stays for the desk, unless it opens an account.
    """
    mail = _prepare(notification, is_mailed=False)
    if isinstance(mail, str):
        return mail
    kind = get_kind(notification.kind)
    keep_mail = settings.DEMO or (kind is not None and not kind.is_secret)
    return record_done(notification, Status.KEPT, keep_mail=keep_mail)


def _prepare(notification: Notification, *, is_mailed: bool = True) -> RenderedMail | str:
    """Return the mail to send, or the outcome if there is none to be sent now."""
    now = clock.now()
    kind = get_kind(notification.kind)
    try:
        update_recipient(notification)
        if not has_recipient(notification) or (
            kind is not None and not kind.is_still_wanted(notification, now)
        ):
            return record_done(notification, Status.DROPPED)
        if now > notification.give_up_at:
            problem = f"It was not sent in time. {notification.problem}".strip()
            return record_failed(notification, problem, Failure.TOO_LATE)
        if kind is None:
            return _handle_unknown_kind(notification)
        if is_mailed and (outcome := _delay(notification, now)) is not None:
            return outcome
        return _get_rendered_mail(notification)
    except RENDERING_ERRORS as error:
        return _handle_rendering_error(notification, error)


def _delay(notification: Notification, now: datetime) -> str | None:
    """Put a mail off, for its recipient's pause or its mailbox's budget, or drop it.

    Return the outcome, or None if the mail is to be sent.
    """
    if (until := _pause_of(notification, now)) is not None:
        return _wait_for_recipient(notification, until)
    if (delay := delayed_until(notification, now)) is not None:
        return _wait_or_drop(notification, *delay)
    return None


def _pause_of(notification: Notification, now: datetime) -> datetime | None:
    """Return until when the recipient's mails wait, or None. Somebody who has asked for a code to
    sign in gets one try at once."""
    if notification.priority == Priority.SIGN_IN and notification.attempts <= 1:
        return None
    return recipient_pauses.paused_until(notification.to_email, now)


def _wait_for_recipient(notification: Notification, until: datetime) -> str:
    """Let a mail wait for the pause of its recipient, without an attempt. Return the outcome."""
    record_retry(
        notification,
        "The mailbox takes no mails now.",
        Failure.RECIPIENT_DEFERRED,
        when=until,
        is_counted=False,
    )
    return RETRY


def _wait_or_drop(notification: Notification, until: datetime, problem: str) -> str:
    """Put a mail off until its mailbox's budget allows it, without counting an attempt, or drop it.
    Return the outcome."""
    if not waits_for_budget(notification):
        return record_dropped(notification, problem, Failure.MAIL_LIMIT)
    record_retry(notification, problem, Failure.MAIL_LIMIT, when=until, is_counted=False)
    return RETRY


def _schedule_retry(
    notification: Notification, reply: Reply, *, when: datetime, streak: int | None = None
) -> None:
    failure = Failure(reply.meaning.value)
    record_retry(notification, describe_reply(reply), failure, when=when, streak=streak)


def _get_rendered_mail(notification: Notification) -> RenderedMail:
    """Return the mail, rendered at the first attempt and stored for the later ones."""
    if not notification.rendered:
        notification.rendered = mail_to_json(render(notification))
        leased_row(notification).update(rendered=_encrypt_rendered(notification))
    return mail_from_json(notification.rendered)


def _encrypt_rendered(notification: Notification) -> object:
    return Notification._meta.get_field("rendered").pre_save(notification, False)


def _handle_unknown_kind(notification: Notification) -> str:
    problem = "The part of the site that wrote this notification is switched off."
    when = clock.now() + retry_delay(notification.attempts)
    record_retry(notification, problem, Failure.NOT_RENDERED, when=when)
    return RETRY


def _record_unwritable(notification: Notification) -> str:
    set_undeliverable_since(notification, clock.now())
    problem = "The address cannot be written in a mail."
    return record_failed(notification, problem, Failure.NO_SUCH_MAILBOX)


def _handle_rendering_error(notification: Notification, error: Exception) -> str:
    log.error(
        "Notification %s cannot be rendered: %s", notification.pk, describe_error_location(error)
    )
    problem, now = f"It could not be written ({type(error).__name__}).", clock.now()
    if now > notification.give_up_at:
        return record_failed(notification, problem, Failure.NOT_RENDERED)
    when = now + retry_delay(notification.attempts)
    record_retry(notification, problem, Failure.NOT_RENDERED, when=when)
    return RETRY
