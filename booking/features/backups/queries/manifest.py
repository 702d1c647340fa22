"""The manifest of a backup: what is in it, with checksums, and which keys it needs.

It is signed with a key of LINK_KEYS, so that nobody else can make or change a backup that a
restore accepts.
"""

import hmac
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any, Self

from django.conf import settings

from booking.features.backups.errors import BackupProblem
from booking.features.backups.queries.tables import Column
from clinic.lib.crypto.key_fingerprints import fingerprints
from clinic.lib.crypto.keyed_hash import keyed_hash, keyed_hashes

FORMAT = 1
PURPOSE = "manifest of a backup"
KEY_SETTINGS = ("FIELD_KEYS", "LINK_KEYS")
MANIFEST, SIGNATURE = "manifest.json", "manifest.signature"
TABLES, MEDIA = "tables/", "media/"


@dataclass(frozen=True, slots=True)
class TableEntry:
    """A table: its columns, its number of rows, the last key that was given, and the SHA-256."""

    name: str
    columns: Sequence[Column]
    rows: int
    last_key: int | None
    sha256: str

    @property
    def archive_name(self) -> str:
        """The name of its file in the archive."""
        return f"{TABLES}{self.name}.jsonl"


@dataclass(frozen=True, slots=True)
class FileEntry:
    """An uploaded file: its path in the storage, its bytes, and the SHA-256."""

    name: str
    size: int
    sha256: str

    @property
    def archive_name(self) -> str:
        """The name of its file in the archive."""
        return f"{MEDIA}{self.name}"


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything that a restore must know beforehand. `taken_at` is an ISO date in UTC."""

    format: int
    version: str
    database: str
    taken_at: str
    keys: dict[str, list[str]]
    migrations: Sequence[str]
    tables: Sequence[TableEntry]
    files: Sequence[FileEntry]

    def to_json(self) -> bytes:
        return json.dumps(asdict(self), indent=1, sort_keys=True).encode()

    @classmethod
    def from_json(cls, text: bytes) -> Self:
        """Read a manifest. Raises BackupProblem for a newer format, or if it is malformed."""
        try:
            plain = json.loads(text)
            if plain["format"] > FORMAT:
                raise BackupProblem(
                    f"This backup was made by a newer version ({plain['version']}). Install that "
                    "version, or a newer one, and restore it there."
                )
            plain["tables"] = [_table(table) for table in plain["tables"]]
            plain["files"] = [FileEntry(**file) for file in plain["files"]]
            manifest = cls(**plain)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise BackupProblem("The manifest of this backup is damaged.") from error
        for name in [table.name for table in manifest.tables]:
            require_plain_path(name)
        for file in manifest.files:
            require_plain_path(file.name)
        return manifest


def sign(text: bytes) -> str:
    """Return the signature of a manifest's text."""
    return keyed_hash(PURPOSE, text.decode())


def is_signature_valid(text: bytes, signature: str) -> bool:
    """Return whether one of LINK_KEYS has signed this text."""
    signatures = keyed_hashes(PURPOSE, text.decode(errors="replace"))
    checks = [
        hmac.compare_digest(signature.encode(errors="replace"), known.encode())
        for known in signatures
    ]
    return any(checks)


def require_plain_path(name: str) -> None:
    """Raise BackupProblem unless a name is a relative path that stays in its folder."""
    parts = PurePosixPath(name).parts
    is_plain = bool(parts) and str(PurePosixPath(*parts)) == name and "\\" not in name
    if not is_plain or name.startswith("/") or {"..", "."} & set(parts) or "\0" in name:
        raise BackupProblem(f"This backup holds a file with a name that leaves its place: {name!r}")


def key_fingerprints() -> dict[str, list[str]]:
    """Return the fingerprints of the keys of this installation, by setting."""
    return {name: fingerprints(getattr(settings, name), name) for name in KEY_SETTINGS}


def missing_keys(manifest: Manifest) -> list[str]:
    """Return a sentence for each key that the backup was made with and that is not set here."""
    here = key_fingerprints()
    return [
        f"{name}: key {number} of the {len(wanted)} that it was made with (fingerprint {key}) "
        "is not set here."
        for name, wanted in manifest.keys.items()
        for number, key in enumerate(wanted, 1)
        if key not in here.get(name, [])
    ]


def _table(plain: dict[str, Any]) -> TableEntry:
    columns = [Column(**column) for column in plain.pop("columns")]
    return TableEntry(columns=columns, **plain)
