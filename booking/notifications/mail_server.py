"""Whether the mail server takes our mails: the state that all workers share.

    OK --reply about us, or several mails failed--> STOPPED or UNAVAILABLE
    STOPPED, UNAVAILABLE --a probe gets further than what stopped the queue--> OK

A reply about us, the sender (SENDER_REFUSED), stops the queue at once. A reply that may be about
one mail, or temporary (MESSAGE_REFUSED, SERVER_UNAVAILABLE, NO_ANSWER), stops it when several mails
in a row got it. "In a row" is without a mail accepted in between; such mails form a streak. A mail
that is refused while others are accepted is a special case and does not stop the queue, unless most
of a day's recipients are refused in the same way. The rules for recipients that are refused without
a reason (UNEXPLAINED) are in `unexplained_refusals`, those for recipients that are refused as
missing (NO_SUCH_MAILBOX) in `missing_mailboxes`.

While the queue has stopped, one mail is sent as a probe after each pause, and the pauses grow. The
first probe is another mail, at once, since the refused one may have been a special case.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from booking.models import MailServerState, Notification
from booking.notifications.leasing import lease_duration
from booking.notifications.missing_mailboxes import in_streak, refuses_everybody
from booking.notifications.redaction import redact_addresses
from booking.notifications.retry_delays import probe_delay
from booking.notifications.smtp_replies import Meaning, Reply, Stage
from booking.notifications.unexplained_refusals import (
    RefusalCause,
    count_in_present_streak,
    evaluate_refusal,
    refuses_most,
    revert_failures,
    unexplained_within_a_day,
)
from clinic.lib.dates import clock

Status = MailServerState.Status
Failure = Notification.Failure
MAILS_IN_A_ROW: Mapping[Meaning, int] = {
    Meaning.SENDER_REFUSED: 1,
    Meaning.MESSAGE_REFUSED: 3,
    Meaning.SERVER_UNAVAILABLE: 3,
    Meaning.NO_ANSWER: 5,
}
"""How many different mails must get such a reply before the queue stops."""
RULES_OF_THEIR_OWN = (Meaning.UNEXPLAINED, Meaning.NO_SUCH_MAILBOX)
STATUS_AFTER: Mapping[Meaning, Status] = {
    Meaning.SENDER_REFUSED: Status.STOPPED,
    Meaning.MESSAGE_REFUSED: Status.STOPPED,
    Meaning.UNEXPLAINED: Status.STOPPED,
    Meaning.NO_SUCH_MAILBOX: Status.STOPPED,
    Meaning.SERVER_UNAVAILABLE: Status.UNAVAILABLE,
    Meaning.NO_ANSWER: Status.UNAVAILABLE,
}


def load_state() -> MailServerState:
    """Return the shared state."""
    return MailServerState.objects.get_or_create(pk=1)[0]


def is_special_case(notification: Notification, state: MailServerState) -> bool:
    """Whether the server has accepted another mail since it first refused this one."""
    streak = notification.failure_streak
    return streak is not None and streak < state.streak


def request_probe() -> None:
    """Let a worker try again now, whatever the pauses."""
    with transaction.atomic():
        stopped = MailServerState.objects.exclude(status=Status.OK)
        if stopped.update(next_probe_at=clock.now()):
            make_failed_due()


def make_failed_due() -> None:
    """Let what failed because of the server be tried at once."""
    now = clock.now()
    failed = Notification.objects.waiting().filter(failure__in=list(STATUS_AFTER))
    failed.filter(next_try_at__gt=now).unleased(now).update(next_try_at=now)


class MailServer:
    """The shared state, as one worker sees and changes it."""

    def __init__(self) -> None:
        self.state = load_state()
        self._claim: datetime | None = None

    @property
    def is_probing(self) -> bool:
        """Whether this worker is sending a probe, and may send nothing else until it is done."""
        return self._claim is not None

    @property
    def has_stopped(self) -> bool:
        return self.state.status != Status.OK

    @property
    def refuses_us(self) -> bool:
        return self.state.status == Status.STOPPED

    def may_send(self) -> bool:
        """Return whether mails are being sent, or a probe is due."""
        self.state = load_state()
        if self.state.status == Status.OK:
            self._claim = None
            return True
        due = self.state.next_probe_at
        return not self.is_probing and due is not None and due <= clock.now()

    def claim_probe(self) -> bool:
        """Return whether a mail may be sent; while the queue has stopped, to one worker only.

        Called after `may_send`, when there is a mail to send.
        """
        if self.state.status == Status.OK:
            return True
        claim = clock.now() + lease_duration()
        rows = MailServerState.objects.filter(pk=1, next_probe_at=self.state.next_probe_at)
        if rows.update(next_probe_at=claim):
            self._claim = claim
        return self.is_probing

    def record_accepted(self) -> None:
        """Record that a mail was accepted. If the queue had stopped, it goes on."""
        if self.state.status != Status.OK:
            self._resume(has_accepted=True)
        elif self.state.streak_has_failures:
            self._change_state(streak=F("streak") + 1, streak_has_failures=False)

    def record_reached(self, stage: Stage) -> None:
        """Record a reply that was about a recipient or a mail, not about us.

        The queue goes on if the server got further than when it stopped; otherwise the next probe
        is sent at once.
        """
        if self._got_further(stage):
            self._resume()
        elif self.is_probing:
            self._change_state(next_probe_at=clock.now())
            self._claim = None

    def is_about_us(self, notification: Notification, reply: Reply) -> bool:
        """Whether a reply to a mail concerns all mails, as far as one can tell."""
        is_general = reply.meaning in (Meaning.SENDER_REFUSED, Meaning.SERVER_UNAVAILABLE)
        return is_general and not is_special_case(notification, self.state)

    def has_no_mailbox(self, notification: Notification) -> bool:
        """Whether this refusal without a reason means that the mailbox does not exist."""
        return evaluate_refusal(notification, self.state.streak) == RefusalCause.NO_SUCH_MAILBOX

    def refuses_everybody(self, notification: Notification) -> bool:
        """Whether the server refuses this recipient as missing, as it refuses everybody."""
        return refuses_everybody(notification, self.state.streak)

    def begin_failure(self, notification: Notification) -> int:
        """Return the number of the streak that a failure of a notification belongs to.

        That is the present one, or for a special case the one in which it failed first.
        """
        if is_special_case(notification, self.state):
            return notification.failure_streak or 0
        if not self.state.streak_has_failures:
            self._change_state(streak_has_failures=True)
        return self.state.streak

    def record_failure(self, notification: Notification, reply: Reply) -> None:
        """Record a reply that may be about us. Stops the queue if it is.

        The notification is as it was before; its row holds the failure already.
        """
        is_about_a_mail, meaning = reply.stage > Stage.AUTH, reply.meaning
        if meaning in RULES_OF_THEIR_OWN:
            self._record_refused_recipient(notification, reply)
            return
        is_most = meaning == Meaning.SENDER_REFUSED and refuses_most(Failure.SENDER_REFUSED)
        if is_about_a_mail and not is_most and is_special_case(notification, self.state):
            self.record_reached(reply.stage)
            return
        if meaning == Meaning.MESSAGE_REFUSED and self._got_further(reply.stage):
            self._resume()
        if self.state.status != Status.OK:
            if self.is_probing:
                self._extend_stop(reply)
        elif not is_about_a_mail or is_most or self._is_enough_in_a_row(meaning):
            self._stop(reply)

    def _record_refused_recipient(self, notification: Notification, reply: Reply) -> None:
        if reply.meaning == Meaning.UNEXPLAINED:
            self._record_unexplained(notification, reply)
        elif self.state.status == Status.OK:  # several are refused as missing
            self._stop(reply)
            revert_failures(in_streak(self.state.streak))
        elif self.is_probing:
            self._extend_stop(reply)

    def _record_unexplained(self, notification: Notification, reply: Reply) -> None:
        cause = evaluate_refusal(notification, self.state.streak)
        if self._got_further(reply.stage):
            self._resume()
        if cause == RefusalCause.REFUSES_US and self.state.status == Status.OK:
            self._stop(reply)
            revert_failures(unexplained_within_a_day())
        elif self.is_probing:
            self._extend_stop(reply)

    def _got_further(self, stage: Stage) -> bool:
        """Whether a reply at this stage shows that what stopped the queue is over."""
        if self.state.status == Status.STOPPED:
            return stage > self.state.stage
        return self.state.status == Status.UNAVAILABLE

    def _is_enough_in_a_row(self, meaning: Meaning) -> bool:
        """Return whether enough mails in the present streak got replies of this meaning."""
        rows = Notification.objects.waiting().filter(failure=meaning.value)
        rows = rows.filter(failure_streak=self.state.streak)
        return rows[: MAILS_IN_A_ROW[meaning]].count() == MAILS_IN_A_ROW[meaning]

    def _stop(self, reply: Reply) -> None:
        is_about_a_mail = reply.stage > Stage.AUTH
        status, now = STATUS_AFTER[reply.meaning], clock.now()
        pause = timedelta(0) if is_about_a_mail else probe_delay(status, 1)
        self._change_state(
            Q(status=Status.OK),
            status=status,
            since=now,
            failures=1,
            next_probe_at=now + pause,
            **_reply_columns(reply),
        )

    def _extend_stop(self, reply: Reply) -> None:
        """Record a failed probe.

        A server that was unavailable and refuses us now has stopped the queue; one that refused us
        and is unavailable now still counts as refusing.
        """
        state, status, now = self.state, STATUS_AFTER[reply.meaning], clock.now()
        failures = state.failures + 1
        changes: dict[str, Any] = {}
        if status == Status.STOPPED and state.status == Status.UNAVAILABLE:
            failures, changes = 1, {"status": status, "since": now}
        if status == Status.STOPPED or state.status == Status.UNAVAILABLE:
            changes |= _reply_columns(reply)
        kept = status if changes else Status(state.status)
        # The first probe after a stop is sent at once; the pauses begin after it.
        pause = probe_delay(kept, max(1, failures - 1))
        changes |= {"failures": failures, "next_probe_at": now + pause}
        self._change_state(~Q(status=Status.OK), **changes)
        self._claim = None

    def _resume(self, *, has_accepted: bool = False) -> None:
        """Let the queue go on, and try at once what failed because of the server."""
        with transaction.atomic():
            self._change_state(
                status=Status.OK,
                since=None,
                next_probe_at=None,
                failures=0,
                stage=0,
                code=0,
                reply="",
                streak=F("streak") + 1,
                streak_has_failures=False,
            )
            if not has_accepted:
                count_in_present_streak(self.state.streak)
            make_failed_due()
        self._claim = None

    def _change_state(self, condition: Q | None = None, **changes: Any) -> None:
        """Change the shared state if it fulfils the condition, and read it again."""
        rows = MailServerState.objects.filter(condition or Q(), pk=1)
        rows.update(**changes)
        self.state = load_state()


def _reply_columns(reply: Reply) -> dict[str, int | str]:
    text = redact_addresses(reply.text, keep=settings.DEFAULT_FROM_EMAIL)
    return {"stage": int(reply.stage), "code": reply.code, "reply": text[:300]}
