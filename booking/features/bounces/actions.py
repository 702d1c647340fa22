"""Record mails that came back: from a mailbox, and from reports of a mail provider."""

import logging
from datetime import datetime
from email import message_from_bytes
from email.message import Message
from email.parser import BytesHeaderParser
from typing import Any

from django.conf import settings
from django.db import Error
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
from clinic.lib.mail.imap_mailbox import (
    Mailbox,
    MailboxUnavailable,
    open_mailbox,
    parse_mailbox_url,
)
from clinic.lib.scheduled_jobs import JobFailed

log = logging.getLogger(__name__)
MAX_AT_ONCE = 50


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
            for uid in mailbox.unread(MAX_AT_ONCE):
                count += _read_message(mailbox, uid)
    except MailboxUnavailable as problem:
        sentence = _("The mailbox for mails that come back could not be read (%(why)s).")
        raise JobFailed(sentence % {"why": problem}) from problem
    return count


def _read_message(mailbox: Mailbox, uid: str) -> bool:
    """Record what a message reports, and delete it if it is about a mail of ours.

    Returns whether it is. It is marked as read first, so that a message that makes the program fail
    is not read again and again.
    """
    content = mailbox.fetch(uid)
    mailbox.mark_read(uid)
    try:
        came_back = content is not None and _record_content(content)
    except Error:
        mailbox.mark_unread(uid)
        raise
    except Exception as error:  # noqa: BLE001  # mails come in any shape, and from anybody
        log.warning("A message that came back cannot be read (%s).", type(error).__name__)
        return False
    if came_back:
        mailbox.delete(uid)
    return came_back


def _record_content(content: bytes) -> bool:
    """Record a message; return whether it is about a mail of ours.

    Unless it was sent to a valid return path, only its headers are parsed.
    """
    head = BytesHeaderParser().parsebytes(content)
    if find_returned(envelope_recipients(head)) is None:
        return False
    return record_bounce(message_from_bytes(content))


def record_bounce(message: Message) -> bool:
    """Record what a message reports about a mail of ours. Returns False if it reports nothing.

    It must have been sent to the return path of that mail, which nobody can make up.
    """
    notification = find_returned(envelope_recipients(message))
    failures = read_failures(message) if notification is not None else []
    if notification is None or not failures:
        return False
    own = notification.to_email.lower()
    # Only the first report can mark a patient, so the one about their own mailbox comes first.
    failures = sorted(
        failures, key=lambda one: (one.failure != Failure.NO_SUCH_MAILBOX, one.address != own)
    )
    for failed in failures:
        record_delivery_failure(
            notification, failed.failure, code=failed.code, recipient=failed.address
        )
    return True


def receive_report(event: Any, **_arguments: Any) -> None:
    """Record the report of a mail provider, an event of anymail whose sender has been verified.

    Only bounces count: a provider also rejects mails by lists of its own. Somebody may send an old
    report again: one of before staff cleared the mark changes nothing.
    """
    if event.event_type != "bounced" or not event.recipient:
        return
    reply = f"{event.mta_response or ''} {event.description or ''}"
    code = find_code(reply)
    failure = classify(code, reply)
    if event.reject_reason == "invalid" and failure != Failure.TEMPORARY:
        failure = Failure.NO_SUCH_MAILBOX
    happened_at: datetime | None = event.timestamp
    record_delivery_failure(event.recipient, failure, code=code, happened_at=happened_at)
