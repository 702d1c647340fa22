"""How many mails a mailbox gets in an hour, over all kinds.

Anybody can type a stranger's address. Therefore mails that visitors cause are not sent at once when
the mailbox has had its number of mails in the last hour, whatever these were about. Mails about an
appointment wait, and only the newest of each appointment is sent when the hour is over; codes and
links, which would be of no use by then, are dropped. Mails that staff or scheduled jobs cause are
always sent, and count.

A mailbox that has never had a confirmation gets its first one in any case. Once the address is
proven (`booking.queries.patients.proven_emails`) it gets more.
"""

from datetime import datetime, timedelta

from django.conf import settings

from booking.models import Notification
from booking.notifications.kinds import WhenOverBudget, get_kind
from booking.queries.patients.proven_emails import is_proven_email

UNPROVEN_PER_HOUR, PROVEN_PER_HOUR = 3, 20
HOUR = timedelta(hours=1)
BEING_SENT_RETRY = timedelta(seconds=30)
FIRST_CONFIRMATION_KIND = "booked"
UNPROVEN_PROBLEM = (
    "Nobody has confirmed this address yet, so it gets at most {most} mails an hour that visitors "
    "cause."
)
PROVEN_PROBLEM = "This address gets at most {most} mails an hour that visitors cause."


def delayed_until(notification: Notification, now: datetime) -> tuple[datetime, str] | None:
    """Return until when a leased mail has to wait, and why; None if it may be sent now.

    Its `mailbox` must be up to date. Mails that other workers are sending are counted too.
    """
    if not settings.ABUSE_LIMITS or not notification.is_by_visitor or not notification.mailbox:
        return None
    proven = is_proven_email(notification.to_email, now)
    most = PROVEN_PER_HOUR if proven else UNPROVEN_PER_HOUR
    others = Notification.objects.filter(mailbox=notification.mailbox).exclude(pk=notification.pk)
    last_hour = others.filter(sent_at__gt=now - HOUR).order_by("-sent_at")
    sent = [at for at in last_hour.values_list("sent_at", flat=True) if at is not None]
    being_sent = others.waiting().filter(lease_until__gt=now).count()
    if len(sent) + being_sent < most or _is_first_confirmation(notification):
        return None
    until = sent[most - 1] + HOUR if len(sent) >= most else now + BEING_SENT_RETRY
    return until, (PROVEN_PROBLEM if proven else UNPROVEN_PROBLEM).format(most=most)


def waits_for_budget(notification: Notification) -> bool:
    """Return whether a mail over the budget is sent later; False if it is dropped."""
    kind = get_kind(notification.kind)
    return kind is not None and kind.over_budget == WhenOverBudget.WAIT


def _is_first_confirmation(notification: Notification) -> bool:
    if notification.kind != FIRST_CONFIRMATION_KIND:
        return False
    confirmations = Notification.objects.filter(
        mailbox=notification.mailbox, kind=FIRST_CONFIRMATION_KIND
    ).exclude(pk=notification.pk)
    waiting = Notification.Status.WAITING
    return not (
        confirmations.filter(sent_at__isnull=False).exists()
        or confirmations.filter(status=waiting, lease__gt="").exists()
    )
