"""Erasures that must be repeated after a restore: a backup holds whoever was erased since.

The list of erasures is a file beside the backups, outside the database: it outlives it. It holds
keyed hashes, from which nobody can be identified. There are two kinds of line:

    TIME KEY HASH               a patient: the hash is of the `public_id`
    TIME KEY HASH address       an e-mail address, for rows that belong to no patient

KEY is the fingerprint of the key. Of an address only rows that were made before the erasure are
erased again: somebody can come back. A hash of an address cannot be made again under a new key,
and need not be: a backup from before the erasure is restored with the key of that time.

Whoever erases a patient calls `record_erasure` and `record_address_erasure` in the same
transaction, and registers, in its `AppConfig.ready`, the function that erases:

    erasures_after_restore.register(erase_after_restore)

where `erase_after_restore(patient)` erases the patient without questions, and can be repeated. Rows
that only an address leads to have a source, which their app registers:

    erasures_after_restore.register_address_source(AddressSource(find_comments, delete_comments))
"""

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
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
PURPOSE, ADDRESS_PURPOSE = "erased patient", "erased address"
ADDRESS = "address"
HASH_LENGTH = 64
ROWS_AT_A_TIME = 1000
MARGIN = timedelta(days=1)
"""An erasure can be recorded with a time before that of a backup which still holds the person."""


@dataclass(frozen=True, slots=True)
class ErasureEntry:
    """When somebody was erased, and the fingerprint of the key of the hash."""

    at: datetime
    key: str


@dataclass(frozen=True, slots=True)
class ErasureList:
    """The recorded erasures by their hashes: of patients, and of addresses."""

    patients: Mapping[str, ErasureEntry] = field(default_factory=dict)
    addresses: Mapping[str, ErasureEntry] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class AddressRow:
    """A row that belongs to no patient: its primary key, its address, and when it was made."""

    pk: int
    email: str
    made_at: datetime


@dataclass(frozen=True, slots=True)
class AddressSource:
    """Rows that only an address leads to, and the function that erases those with these keys."""

    find: Callable[[], Iterable[AddressRow]]
    erase: Callable[[Sequence[int]], None]


_erasers: list[Eraser] = []
_sources: list[AddressSource] = []


def register(eraser: Eraser) -> None:
    """Set the function that erases a patient again. Registering it twice adds it once.

    Raises ValueError if there is another one: one function erases.
    """
    if any(known is not eraser for known in _erasers):
        raise ValueError("Another function erases patients already.")
    _erasers[:] = [eraser]


def register_address_source(source: AddressSource) -> None:
    """Add rows that only an address leads to. Registering them twice adds them once."""
    if source not in _sources:
        _sources.append(source)


def record_erasure(public_id: UUID, at: datetime) -> None:
    """Add a patient to the list in BACKUP_DIR once the transaction has been committed.

    Does nothing where no BACKUP_DIR is set.
    """
    _record(keyed_hash(PURPOSE, str(public_id)), at)


def record_address_erasure(email: str, at: datetime) -> None:
    """Add an address to the list, as a keyed hash, in the same way."""
    _record(f"{keyed_hash(ADDRESS_PURPOSE, _normalized(email))} {ADDRESS}", at)


def complete_erasure_list() -> None:
    """Add every patient who was erased to the list, under the first key, where they are missing.

    For a new key of LINK_KEYS, and for a BACKUP_DIR that was set after an erasure.
    """
    if settings.BACKUP_DIR is None:
        return
    file = settings.BACKUP_DIR / LIST_NAME
    listed = read_erasures(file).patients if file.exists() else {}
    erased = Patient.objects.exclude(erased_at=None).order_by("pk")
    for public_id, erased_at in erased.values_list("public_id", "erased_at"):
        digits = keyed_hash(PURPOSE, str(public_id))
        if digits not in listed and erased_at is not None:
            _append(file, _line(digits, erased_at))


def read_erasures(file: Path) -> ErasureList:
    """Return the recorded erasures; of an address that was erased twice, the later one.

    Raises OSError if the file cannot be read. A line that was cut short is left out.
    """
    patients: dict[str, ErasureEntry] = {}
    addresses: dict[str, ErasureEntry] = {}
    for line in file.read_text(encoding="utf-8").splitlines():
        words = line.split()
        if len(words) < 3 or len(words[2]) != HASH_LENGTH:
            continue
        row = ErasureEntry(datetime.fromisoformat(words[0]), words[1])
        if len(words) == 3:
            patients[words[2]] = row
        elif words[3:] == [ADDRESS]:
            earlier = addresses.get(words[2], row)
            addresses[words[2]] = max(earlier, row, key=lambda one: one.at)
    return ErasureList(patients, addresses)


def count_under_unknown_keys(erasures: ErasureList, since: datetime) -> int:
    """Return how many erasures since a backup are under a key that LINK_KEYS no longer has.

    Whoever was erased before it is not in it.
    """
    known = set(fingerprints(settings.LINK_KEYS, PURPOSE))
    rows = [*erasures.patients.values(), *erasures.addresses.values()]
    return sum(row.key not in known and row.at >= since - MARGIN for row in rows)


def erase_listed_patients(erasures: ErasureList) -> int:
    """Erase every patient on the list, and return how many.

    Raises LookupError if there is such a patient and nothing registered that erases.
    """
    found = list(_find_patients(erasures)) if erasures.patients else []
    for patient in found:
        if not _erasers:
            raise LookupError("Nothing is installed that erases patients.")
        _erasers[0](patient)
    return len(found)


def erase_listed_addresses(erasures: ErasureList) -> int:
    """Erase the rows of erased addresses that were made before the erasure; return how many."""
    count = 0
    for source in _sources if erasures.addresses else ():
        found = [row.pk for row in source.find() if _was_erased(row, erasures.addresses)]
        if found:
            source.erase(found)
        count += len(found)
    return count


def _was_erased(row: AddressRow, addresses: Mapping[str, ErasureEntry]) -> bool:
    hashes = keyed_hashes(ADDRESS_PURPOSE, _normalized(row.email))
    found = (addresses.get(digits) for digits in hashes)
    return any(erased is not None and row.made_at <= erased.at for erased in found)


def _find_patients(erasures: ErasureList) -> Iterator[Patient]:
    ids = Patient.objects.order_by("pk").values_list("pk", "public_id")
    found = [
        pk
        for pk, public_id in ids.iterator(ROWS_AT_A_TIME)
        if any(value in erasures.patients for value in keyed_hashes(PURPOSE, str(public_id)))
    ]
    for pk in found:
        yield Patient.objects.get(pk=pk)


def _normalized(email: str) -> str:
    return email.strip().casefold()


def _record(words: str, at: datetime) -> None:
    if settings.BACKUP_DIR is not None:
        transaction.on_commit(partial(_append, settings.BACKUP_DIR / LIST_NAME, _line(words, at)))


def _line(words: str, at: datetime) -> str:
    key = fingerprint(settings.LINK_KEYS[0], PURPOSE)
    return f"{at.isoformat()} {key} {words}"


def _append(file: Path, line: str) -> None:
    """Append a line and wait until it is on the disk."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "a") as handle:
        handle.write(f"{line}\n")
        handle.flush()
        os.fsync(handle.fileno())
