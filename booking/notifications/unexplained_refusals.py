"""Whether a recipient that the mail server refuses without a reason has no mailbox.

A 550 to RCPT TO with neither an enhanced code nor words may say that there is no such mailbox. It
may also come from a server that refuses everything. What happens to other mails tells which:

| different recipients refused so in a row | within a day | mail accepted since | cause |
|---|---|---|---|
| 3 or more | any | any | REFUSES_US |
| fewer | 3 or more, and more than were accepted | any | REFUSES_US |
| fewer | fewer, or as many were accepted | yes | NO_SUCH_MAILBOX |
| fewer | fewer, or as many were accepted | no | UNKNOWN: tried again later |

"In a row" is without a mail accepted in between. "Since" is since the first refusal of this mail.
"""

from collections.abc import Set as AbstractSet
from datetime import timedelta
from enum import Enum

from django.db import transaction
from django.db.models import F

from booking.models import Notification, Patient
from booking.models.notifications import NotificationQuerySet
from booking.notifications.kinds import get_kind
from clinic.lib.dates import clock

MANY_RECIPIENTS = 3
"""From so many different recipients on, a refusal is about us and not about one mailbox."""
PERIOD = timedelta(days=1)
Status, Failure = Notification.Status, Notification.Failure


class RefusalCause(Enum):
    """Why the server refuses a recipient without giving a reason."""

    REFUSES_US = "refuses us"
    NO_SUCH_MAILBOX = "no such mailbox"
    UNKNOWN = "unknown"


def evaluate(*, in_a_row: int, refused: int, accepted: int, accepted_since: bool) -> RefusalCause:
    """Return the cause of a refusal. See the table at the top of this module.

    `in_a_row` and `refused` are numbers of different recipients, this one included; `refused` and
    `accepted` are those of the last day.
    """
    if in_a_row >= MANY_RECIPIENTS or _is_most(refused, accepted):
        return RefusalCause.REFUSES_US
    return RefusalCause.NO_SUCH_MAILBOX if accepted_since else RefusalCause.UNKNOWN


def evaluate_refusal(notification: Notification, streak: int) -> RefusalCause:
    """Return the cause of a notification's refusal, which is not yet saved in its row.

    `streak` is the present MailServerState.streak.
    """
    first_streak = notification.failure_streak
    accepted_since = first_streak is not None and first_streak < streak
    in_a_row = Notification.objects.waiting().filter(
        failure=Failure.UNEXPLAINED, failure_streak=streak
    )
    this = notification.to_email.lower()
    refused, accepted = _count_recent(Failure.UNEXPLAINED, {this})
    return evaluate(
        in_a_row=len(_recipients(in_a_row) | (set() if accepted_since else {this})),
        refused=refused,
        accepted=accepted,
        accepted_since=accepted_since,
    )


def refuses_most(failure: Notification.Failure) -> bool:
    """Return whether, within the last day, mails to three or more recipients failed in this way,
    and to more than were accepted."""
    return _is_most(*_count_recent(failure))


def unexplained_within_a_day() -> NotificationQuerySet:
    """Return the mails whose recipients the server refused without a reason within the last day."""
    since = clock.now() - PERIOD
    return Notification.objects.filter(failure=Failure.UNEXPLAINED, failed_at__gte=since)


def revert_failures(refused: NotificationQuerySet) -> None:
    """Undo the failures of mails, as it has turned out that the server refuses everybody.

    Their patients' addresses are not marked as undeliverable any more, and mails that can still be
    sent wait again.
    """
    now = clock.now()
    with transaction.atomic():
        for row in refused.filter(status=Status.FAILED).select_for_update():
            Patient.objects.filter(
                email__iexact=row.to_email, undeliverable_since=row.failed_at
            ).update(undeliverable_since=None)
            kind = get_kind(row.kind)
            if kind is not None and not kind.is_secret and row.give_up_at > now:
                Notification.objects.filter(pk=row.pk).update(
                    status=Status.WAITING, next_try_at=now
                )


def count_in_present_streak(streak: int) -> None:
    """Let the refusals of the streak before `streak` count in it, since no mail was accepted."""
    carried = [Failure.UNEXPLAINED, Failure.NO_SUCH_MAILBOX]
    rows = Notification.objects.waiting().filter(failure__in=carried)
    rows.filter(failure_streak=streak - 1).update(failure_streak=F("failure_streak") + 1)


def _recipients(rows: NotificationQuerySet) -> set[str]:
    addresses = rows.order_by().values_list("to_email", flat=True).distinct()
    return {address.lower() for address in addresses}


def _is_most(refused: int, accepted: int) -> bool:
    return refused >= MANY_RECIPIENTS and refused > accepted


def _count_recent(
    failure: Notification.Failure, others: AbstractSet[str] = frozenset()
) -> tuple[int, int]:
    """Return the numbers of recipients for whom mails failed like this, or were accepted, within
    the last day. `others` count as failed; the second number is at most the first."""
    since = clock.now() - PERIOD
    failed = Notification.objects.filter(
        status__in=[Status.WAITING, Status.FAILED], failure=failure, failed_at__gte=since
    )
    refused = len(_recipients(failed) | others)
    sent = Notification.objects.filter(status=Status.SENT, sent_at__gte=since)
    return refused, _count_recipients(sent, refused) if refused >= MANY_RECIPIENTS else 0


def _count_recipients(rows: NotificationQuerySet, most: int) -> int:
    """Return the number of different recipients, up to `most`."""
    return len(rows.order_by().values_list("to_email", flat=True).distinct()[:most])
