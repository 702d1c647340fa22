"""Erasures that must be repeated after a restore: a backup holds whoever was erased since.

The list of erasures is a file beside the backups, outside the database: it outlives it. Each line
holds the time, the fingerprint of the key, and a keyed hash of the patient's `public_id`, from
which nobody can be identified.

Whoever erases a patient calls `record_erasure(patient.public_id, now)` in the same transaction, and
registers, in its `AppConfig.ready`, the function that erases:

    erasures_after_restore.register(erase_again)

where `erase_again(patient)` erases the patient without questions, and can be repeated.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import partial
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from booking.models import Patient
from clinic.lib.crypto.key_fingerprints import fingerprint, fingerprints
from clinic.lib.crypto.keyed_hash import keyed_hash, keyed_hashes

Eraser = Callable[[Patient], None]

LIST_NAME = "erasures.log"
PURPOSE = "erased patient"
ROWS_AT_A_TIME = 1000
_erasers: list[Eraser] = []


def register(eraser: Eraser) -> None:
    """Set the function that erases a patient again. Registering it twice adds it once.

    Raises ValueError if there is another one: one function erases.
    """
    if any(known is not eraser for known in _erasers):
        raise ValueError("Another function erases patients already.")
    _erasers[:] = [eraser]


def record_erasure(public_id: UUID, at: datetime) -> None:
    """Add a patient to the list in BACKUP_DIR once the transaction has been committed.

    Does nothing where no BACKUP_DIR is set.
    """
    if settings.BACKUP_DIR is not None:
        line = f"{at.isoformat(timespec='seconds')} {_key()} {keyed_hash(PURPOSE, str(public_id))}"
        transaction.on_commit(partial(_append, settings.BACKUP_DIR / LIST_NAME, line))


def record_erasures_again() -> None:
    """Add everybody who was erased to the list, under the first key, where they are missing.

    For a new key of LINK_KEYS, and for a BACKUP_DIR that was set after an erasure.
    """
    if settings.BACKUP_DIR is None:
        return
    file = settings.BACKUP_DIR / LIST_NAME
    recorded = read_erasures(file) if file.exists() else {}
    erased = Patient.objects.exclude(erased_at=None).order_by("pk")
    for public_id, erased_at in erased.values_list("public_id", "erased_at"):
        digits = keyed_hash(PURPOSE, str(public_id))
        if digits not in recorded and erased_at is not None:
            _append(file, f"{erased_at.isoformat(timespec='seconds')} {_key()} {digits}")


def read_erasures(file: Path) -> Mapping[str, str]:
    """Return the recorded hashes, each with the fingerprint of its key.

    Raises OSError if the file cannot be read. A line that was cut short is left out.
    """
    lines = (line.split() for line in file.read_text(encoding="utf-8").splitlines())
    return {words[2]: words[1] for words in lines if len(words) == 3 and len(words[2]) == 64}


def count_foreign(recorded: Mapping[str, str]) -> int:
    """Return how many erasures were recorded under a key that LINK_KEYS no longer has."""
    known = set(fingerprints(settings.LINK_KEYS, PURPOSE))
    return sum(key not in known for key in recorded.values())


def erase_again(recorded: Mapping[str, str]) -> int:
    """Erase every patient whose hash was recorded, and return how many.

    Raises LookupError if there is such a patient and nothing registered that erases.
    """
    found = list(_find_patients(recorded)) if recorded else []
    for patient in found:
        if not _erasers:
            raise LookupError("Nothing is installed that erases patients.")
        _erasers[0](patient)
    return len(found)


def _find_patients(recorded: Mapping[str, str]) -> Iterator[Patient]:
    ids = Patient.objects.order_by("pk").values_list("pk", "public_id")
    found = [
        pk
        for pk, public_id in ids.iterator(ROWS_AT_A_TIME)
        if any(value in recorded for value in keyed_hashes(PURPOSE, str(public_id)))
    ]
    for pk in found:
        yield Patient.objects.get(pk=pk)


def _key() -> str:
    return fingerprint(settings.LINK_KEYS[0], PURPOSE)


def _append(file: Path, line: str) -> None:
    """Append a line and wait until it is on the disk."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a") as handle:
        handle.write(f"{line}\n")
        handle.flush()
        os.fsync(handle.fileno())
