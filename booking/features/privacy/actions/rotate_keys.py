"""Encrypt everything again under the first key of FIELD_KEYS, so that older keys can be removed.

Rows are read in batches and updated one by one, each only if its value is still the one that was
read: whatever the site saves meanwhile wins, and is under the first key anyway. What is done stays
done, so a run that was stopped goes on where it was. Hashes of addresses and the list of erasures
are made again under the first key of LINK_KEYS.
"""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass

from django.conf import settings

from booking.actions.locks import write_action, write_transaction
from booking.actions.patients.erasure_permit import permission_to_erase
from booking.features.privacy.queries.encrypted_columns import EncryptedColumn, encrypted_columns
from booking.models import AuditEntry, Patient, ProvenEmail, User
from booking.queries.audit.email_hashes import hash_email, hash_email_with_all_keys
from booking.queries.patients.proven_emails import PURPOSE, mailbox_hash
from booking.registries.erasures_after_restore import complete_erasure_list
from clinic.lib.crypto.cipher import DecryptionError
from clinic.lib.crypto.keyed_hash import keyed_hashes
from clinic.lib.mailboxes import mailbox_of

BATCH_SIZE = 100


@dataclass(frozen=True, slots=True)
class RotationProgress:
    """How far a column is: values changed so far, those left, and those that no key reads."""

    label: str
    changed: int
    left: int
    unreadable: int = 0


def rotate_field_keys() -> Iterator[RotationProgress]:
    """Encrypt all values again, and yield the progress after each batch and column."""
    for column in encrypted_columns():
        changed, unreadable, after = 0, 0, None
        total = column.outdated().count()
        while True:
            rows = column.outdated()
            batch = list(rows.filter(pk__gt=after)[:BATCH_SIZE] if after else rows[:BATCH_SIZE])
            if not batch:
                break
            after = batch[-1].pk
            done, lost = _renew_batch(column, batch)
            changed, unreadable = changed + done, unreadable + lost
            if len(batch) == BATCH_SIZE:
                yield RotationProgress(column.label, changed, total - changed, unreadable)
        yield RotationProgress(column.label, changed, column.outdated().count(), unreadable)


@write_action
def _renew_batch(column: EncryptedColumn, rows: list[object]) -> tuple[int, int]:
    """Encrypt rows again. Returns how many were changed, and how many no key reads."""
    changed = unreadable = 0
    with write_transaction(), permission_to_erase() if column.is_append_only else nullcontext():
        for row in rows:
            try:
                renewed = column.renew(row)
            except DecryptionError:
                unreadable += 1
                continue
            still = {"pk": row.pk, column.name: column.read(row)}  # type: ignore[attr-defined]
            changed += column.model._default_manager.filter(**still).update(
                **{column.name: renewed}
            )
    return changed, unreadable


def rotate_link_keys() -> Iterator[RotationProgress]:
    """Make the hashes of known addresses again under the first key of LINK_KEYS.

    Addresses of which only the hash is left stay under the older key.
    """
    if len(settings.LINK_KEYS) == 1:
        return
    changed = sum(_rehash(email) for email in _known_emails())
    first = [hash_email(email) for email in _known_emails()]
    left = AuditEntry.objects.exclude(email_hash="").exclude(email_hash__in=first).count()
    yield RotationProgress("booking_auditentry.email_hash", changed, left)
    complete_erasure_list()


@write_action
def _rehash(email: str) -> int:
    old = hash_email_with_all_keys(email)[1:]
    proven = keyed_hashes(PURPOSE, mailbox_of(email))[1:]
    with write_transaction():
        rows = ProvenEmail.objects.filter(mailbox__in=proven)
        if not ProvenEmail.objects.filter(mailbox=mailbox_hash(email)).exists():
            rows.filter(pk__in=list(rows.values_list("pk", flat=True)[:1])).update(
                mailbox=mailbox_hash(email)
            )
        rows.delete()
        if not AuditEntry.objects.filter(email_hash__in=old).exists():
            return 0
        with permission_to_erase():
            return AuditEntry.objects.filter(email_hash__in=old).update(
                email_hash=hash_email(email)
            )


def _known_emails() -> list[str]:
    patients = Patient.objects.exclude(email="").values_list("email", flat=True)
    users = User.objects.values_list("email", flat=True)
    return sorted({email.lower() for email in (*patients, *users)})
