"""Record mails that came back: from a mailbox, and from reports of a mail provider."""

from datetime import datetime
from email.message import Message
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from booking.actions.notifications.record_delivery_failure import record_delivery_failure
from booking.notifications.return_path import find_returned
from clinic.lib.mail.delivery_reports import (
    Failure,
    classify,
    envelope_recipients,
    find_code,
    read_failures,
)
from clinic.lib.mail.imap_mailbox import MailboxUnavailable, open_mailbox, parse_mailbox_url
from clinic.lib.scheduled_jobs import JobFailed

MOST_AT_ONCE = 50


def read_bounces(_now: datetime) -> int:
    """Read the unread messages of the mailbox for mails that come back; return how many did.

    Reports about our mails are deleted, since they hold the mail with its links. Everything else
    stays and is marked as read, for a person to look at. Does nothing unless BOUNCE_ADDRESS and
    BOUNCE_MAILBOX_URL are set. Raises JobFailed if the mailbox cannot be read.
    """
    if not (settings.BOUNCE_ADDRESS and settings.BOUNCE_MAILBOX_URL):
        return 0
    count = 0
    try:
        with open_mailbox(parse_mailbox_url(settings.BOUNCE_MAILBOX_URL)) as mailbox:
            for uid in mailbox.unread(MOST_AT_ONCE):
                message = mailbox.fetch(uid)
                if message is not None and record_bounce(message):
                    mailbox.delete(uid)
                    count += 1
                else:
                    mailbox.mark_read(uid)
    except MailboxUnavailable as problem:
        sentence = _("The mailbox for mails that come back could not be read (%(why)s).")
        raise JobFailed(sentence % {"why": problem}) from problem
    return count


def record_bounce(message: Message) -> bool:
    """Record what a message reports about a mail of ours. Returns False if it reports nothing.

    It must have been sent to the return path of that mail, which nobody can make up.
    """
    notification = find_returned(envelope_recipients(message))
    failures = read_failures(message) if notification is not None else []
    if notification is None or not failures:
        return False
    for failed in failures:
        record_delivery_failure(
            notification, failed.failure, code=failed.code, recipient=failed.address
        )
    return True


def receive_report(event: Any, **_arguments: Any) -> None:
    """Record the report of a mail provider, an event of anymail whose sender has been verified.

    Only bounces count: a provider also rejects mails by lists of its own.
    """
    if event.event_type != "bounced" or not event.recipient:
        return
    reply = f"{event.mta_response or ''} {event.description or ''}"
    code = find_code(reply)
    failure = classify(code, reply)
    if event.reject_reason == "invalid" and failure != Failure.TEMPORARY:
        failure = Failure.NO_SUCH_MAILBOX
    record_delivery_failure(event.recipient, failure, code=code)
