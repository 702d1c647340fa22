"""Which e-mail addresses have been proven to belong to whoever reads their mail."""

from datetime import datetime, timedelta

from booking.models import ProvenEmail, User
from clinic.lib.crypto.keyed_hash import keyed_hash, keyed_hashes
from clinic.lib.mailboxes import mailbox_of

PURPOSE = "mailbox"
PROVEN_FOR = timedelta(days=365)
"""After this time without a new proof an address counts as unproven again."""


def mailbox_hash(email: str) -> str:
    """Return the hash under which the mailbox of an address is stored."""
    return keyed_hash(PURPOSE, mailbox_of(email))


def is_proven_email(email: str, now: datetime) -> bool:
    """Return whether somebody has entered a code from its mail, or signed in with the address."""
    hashes = keyed_hashes(PURPOSE, mailbox_of(email))
    if ProvenEmail.objects.filter(mailbox__in=hashes, proven_at__gt=now - PROVEN_FOR).exists():
        return True
    return User.objects.filter(email=email.strip().lower(), last_login__isnull=False).exists()
