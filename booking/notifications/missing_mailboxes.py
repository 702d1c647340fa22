"""Whether a server that says "there is no such mailbox" says so of everybody.

A clear 550 5.1.1 to RCPT TO is final, and marks the patient. But a server with a wrong table of
users gives it to everybody. Therefore, if it refuses three different addresses in a row that took
mails before, it refuses us: the queue stops, and the failures of that streak are reverted.

| addresses with earlier mails, in a row | mail accepted since the first refusal | meaning |
|---|---|---|
| fewer than 3 | any | there is no such mailbox |
| 3 or more | no | refuses us: tried again later |
| 3 or more | yes | there is no such mailbox |

Addresses that never took a mail do not count: several typing mistakes in a row are nothing unusual.
"""

from booking.models import Notification
from booking.models.notifications import NotificationQuerySet
from booking.notifications.unexplained_refusals import MANY_RECIPIENTS
from clinic.lib.mailboxes import mailbox_of

MAX_ADDRESSES_READ = 50
"""How many refused addresses of a streak are read at most."""
Status, Failure = Notification.Status, Notification.Failure


def refuses_everybody(notification: Notification, streak: int) -> bool:
    """Return whether the server refuses us rather than one missing mailbox.

    `streak` is the present MailServerState.streak; the row of the notification is as it was before.
    """
    first_streak = notification.failure_streak
    if first_streak is not None and first_streak < streak:  # others were accepted since
        return False
    addresses = set(
        in_streak(streak).values_list("to_email", flat=True).distinct()[:MAX_ADDRESSES_READ]
    )
    if len(addresses | {notification.to_email}) < MANY_RECIPIENTS:
        return False
    mailboxes = {mailbox_of(address) for address in (*addresses, notification.to_email)}
    earlier = Notification.objects.filter(status=Status.SENT, mailbox__in=mailboxes).order_by()
    known = earlier.values_list("mailbox", flat=True).distinct()
    return len(known[:MANY_RECIPIENTS]) >= MANY_RECIPIENTS


def in_streak(streak: int) -> NotificationQuerySet:
    """Return the mails of a streak whose recipients were refused as missing."""
    return Notification.objects.filter(
        status__in=[Status.WAITING, Status.FAILED],
        failure=Failure.NO_SUCH_MAILBOX,
        failure_streak=streak,
    ).order_by()
