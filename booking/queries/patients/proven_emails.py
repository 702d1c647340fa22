"""Which e-mail addresses have been proven to belong to whoever reads their mail."""

from datetime import datetime, timedelta

from booking.models import ProvenEmail, User
from clinic.lib.crypto.keyed_hash import keyed_hash, keyed_hashes
from clinic.lib.mailboxes import mailbox_of

PURPOSE = "mailbox"
PROVEN_FOR = timedelta(days=365)
"""How long an address counts as proven without a new proof."""


def mailbox_hash(email: str) -> str:
    """Return the keyed hash of the mailbox of an address."""
    return keyed_hash(PURPOSE, mailbox_of(email))


def is_proven_email(email: str, now: datetime) -> bool:
    """Return whether, within PROVEN_FOR, a mailed code was entered or the address was signed in
    with."""
    hashes = keyed_hashes(PURPOSE, mailbox_of(email))
    if ProvenEmail.objects.filter(mailbox__in=hashes, proven_at__gt=now - PROVEN_FOR).exists():
        return True
    return User.objects.filter(email=email.strip().lower(), last_login__isnull=False).exists()
