"""Whether delivery failures are received."""

from collections.abc import Iterator

from django.conf import settings

from clinic.lib.mail.imap_mailbox import MailboxUnavailable, open_mailbox, parse_mailbox_url


def check_bounces() -> Iterator[tuple[bool, str]]:
    """Check, for `manage.py doctor`, whether delivery failures are received."""
    address, url = settings.BOUNCE_ADDRESS, settings.BOUNCE_MAILBOX_URL
    if settings.MAIL_WEBHOOK:
        yield True, f"Mails that come back are reported by {settings.MAIL_WEBHOOK}."
    if address and url:
        yield _check_mailbox(url)
    elif address or url:
        missing = "BOUNCE_MAILBOX_URL" if address else "BOUNCE_ADDRESS"
        yield bool(settings.MAIL_WEBHOOK), f"Mails that come back are not read: set {missing} too."
    elif not settings.MAIL_WEBHOOK:
        yield (
            True,
            "Mails that come back are not noticed. To change that, set BOUNCE_ADDRESS and "
            "BOUNCE_MAILBOX_URL, or MAIL_WEBHOOK.",
        )


def _check_mailbox(url: str) -> tuple[bool, str]:
    mailbox = parse_mailbox_url(url)
    try:
        with open_mailbox(mailbox):
            return True, f"Mails that come back are read from the mailbox of {mailbox}."
    except MailboxUnavailable as problem:
        return False, f"The mailbox for mails that come back does not open ({problem})."
