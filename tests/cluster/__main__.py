"""`make cluster-test`: many web and worker processes, a pooler and two databases; kill one of each.

    python -m tests.cluster [--keep FOLDER]

All runs on loopback, from the files in docs/deploy/cluster, in a temporary folder. etcd has one
machine here instead of three, and the users speak plain http. Exits with 1 if an acknowledged
booking is lost or double, a mail was sent twice, or the site was away for more than a minute.
"""

import argparse
import shutil
import signal
import sys
from pathlib import Path
from typing import Any

from tests.cluster.machines import PROGRAMS, Cluster, find
from tests.cluster.trial import Trial
from tests.servers.postgres import exit_on_sigterm, find_binaries, temporary_folder

SHOWN_VIOLATIONS = 20


def missing_packages() -> list[str]:
    """Return the Debian packages whose programs are not installed."""
    missing = [package for program, package in PROGRAMS.items() if find(program) is None]
    return missing if find_binaries() else [*missing, "postgresql"]


def show(result: dict[str, Any]) -> None:
    """Print the figures of a run, then its violations."""
    figures, kinds = result["figures"], result["kinds"]
    acknowledged, seconds = figures["acknowledged"], result["seconds"]
    print("\n===== cluster =====")
    rows = {
        "requests": figures["requests"],
        "answers": ", ".join(
            f"{key}: {count}" for key, count in sorted(figures["answers"].items())
        ),
        "acknowledged": ", ".join(f"{key}: {count}" for key, count in sorted(acknowledged.items())),
        "lost": kinds.get("lost", 0),
        "double": kinds.get("double", 0),
        "mails": figures["mails"],
        "mailed twice": kinds.get("mailed twice", 0),
        "sent again with the same Message-ID": figures["duplicates"],
        **{f"{name}, seconds": value for name, value in seconds.items()},
        "web machines that show a new picture": result["pictures"],
        "other violations": kinds.get("other", 0),
    }
    for name, value in rows.items():
        print(f"{name:<48}{value}")
    for message in result["violations"][:SHOWN_VIOLATIONS]:
        print(f"  VIOLATION: {message}")


def keep(folder: Path, place: Path) -> None:
    """Copy logs and results to another folder."""
    place.mkdir(parents=True, exist_ok=True)
    for file in (*folder.glob("log"), *folder.glob("*/log"), *folder.glob("*.json*")):
        shutil.copy(file, place / f"{file.parent.name}-{file.name}")


def main() -> int:
    """Do a run and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--keep", type=Path, help="copy logs and journal to this folder")
    options = parser.parse_args()
    if missing := missing_packages():
        print(f"This needs programs that are not installed: apt-get install {' '.join(missing)}")
        return 1
    binaries = find_binaries()
    assert binaries is not None
    exit_on_sigterm()
    folder = temporary_folder()
    cluster = None
    try:
        cluster = Cluster(folder, binaries)
        result = Trial(cluster).run()
    finally:
        for sign in (signal.SIGINT, signal.SIGTERM):  # asked to stop twice, we stop once
            signal.signal(sign, signal.SIG_IGN)
        if cluster:
            cluster.stop()
        if options.keep:
            keep(folder, options.keep)
        shutil.rmtree(folder, ignore_errors=True)
    show(result)
    return 1 if result["violations"] else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)
