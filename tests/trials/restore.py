"""A backup while guests book, and its restore into an empty place, with the time of each."""

import json
import resource
import time
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.trials.loaded_site import LoadedSite

MAX_SECONDS = 15 * 60
KEYS = ("FIELD_KEYS", "LINK_KEYS", "SECRET_KEY")


@dataclass(frozen=True, slots=True)
class Times:
    """How long something took: seconds on the clock, and of the processor in its own programs."""

    wall: float
    processor: float

    def __str__(self) -> str:
        return f"{self.wall:,.1f} s, {self.processor:,.1f} s of the processor"


def run_restore(old: LoadedSite, new: LoadedSite) -> dict[str, Any]:
    """Back up one site while guests book, restore it into the other, and compare the checksums.

    `new` has an empty database and the keys of `old`.
    """
    old.prepare()
    backup, again = old.folder / "backup.zip", old.folder / "again.zip"
    with old.served(), old.guests():
        old.wait_for_bookings()
        backed_up = timed(lambda: old.manage("backup", str(backup)))
        old.wait_for_bookings()
    new.database.create()
    report = new.folder / "report.json"
    words = ["restore", str(backup), "--site-was-stopped", "--report", str(report)]
    restored = timed(lambda: new.manage(*words))
    new.manage("backup", str(again))
    before, after = checksums(backup), checksums(again)
    return {
        "backup": backed_up,
        "size in bytes": backup.stat().st_size,
        "rows": json.loads(report.read_text())["rows"],
        "restore": restored,
        "of which the command says": json.loads(report.read_text())["seconds"],
        "checksums compared": len(before),
        "different": sorted(name for name in before if before[name] != after.get(name)),
        "answers": old.outcome()["answers"],
        "report": json.loads(report.read_text()),
    }


def find_restore_faults(figures: Mapping[str, Any]) -> list[str]:
    """Return what the figures break."""
    faults = [f"{name} is not as it was backed up" for name in figures["different"]]
    if figures["restore"].wall > MAX_SECONDS:
        faults.append(f"the restore took more than {MAX_SECONDS / 60:.0f} minutes")
    report = figures["report"]
    if report["overlaps"] or report["faults"] or report["unreadable"]:
        faults.append("the checks of the restore found faults")
    return faults


def keys_of(site: LoadedSite) -> dict[str, str]:
    """Return the keys that a restore of a site's backup needs."""
    return {name: site.environment[name] for name in KEYS}


def checksums(file: Path) -> dict[str, str]:
    """Return the checksum of every table and file of a backup."""
    with zipfile.ZipFile(file) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    tables = {table["name"]: table["sha256"] for table in manifest["tables"]}
    files = {entry["name"]: entry["sha256"] for entry in manifest["files"]}
    return tables | files


def timed(work: Callable[[], object]) -> Times:
    """Run something that waits for its programs, and return how long it took."""
    began, used = time.monotonic(), _processor()
    work()
    return Times(time.monotonic() - began, _processor() - used)


def _processor() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
