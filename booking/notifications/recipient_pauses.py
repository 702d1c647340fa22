"""Addresses that the mail server does not take mails for now: all mails to them wait.

A greylisted address or a full mailbox gets longer and longer pauses, and holds up nobody else.
"""

from datetime import datetime

from booking.models import RecipientPause
from booking.notifications.retry_delays import retry_delay
from clinic.lib.crypto.keyed_hash import keyed_hash, keyed_hashes

PURPOSE = "mail-recipient"


def paused_until(email: str, now: datetime) -> datetime | None:
    """Return when the address may be tried again, or None if that is now."""
    rows = RecipientPause.objects.filter(address__in=_hashes(email), until__gt=now)
    return rows.order_by("-until").values_list("until", flat=True).first()


def pause_recipient(email: str, now: datetime) -> datetime:
    """Let all mails to an address wait, longer each time, and return until when."""
    address = keyed_hash(PURPOSE, email.lower())
    row, _ = RecipientPause.objects.get_or_create(address=address, defaults={"until": now})
    row.failures += 1
    row.until = now + retry_delay(row.failures)
    row.save(update_fields=["failures", "until"])
    return row.until


def end_pause(email: str) -> None:
    """Forget the pauses of an address that a mail was accepted for."""
    RecipientPause.objects.filter(address__in=_hashes(email)).delete()


def _hashes(email: str) -> list[str]:
    return list(keyed_hashes(PURPOSE, email.lower()))
