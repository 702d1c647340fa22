"""Keys are changed while guests book; the command is killed again and again, then ends."""

import json
import re
import secrets
import sys
import time
from collections.abc import Mapping
from typing import Any

from tests.servers.site import ROOT
from tests.soak import processes
from tests.trials.loaded_site import LoadedSite

LINES_BEFORE_KILL = (1, 4, 8, 12, 16)
"""After so many lines of progress a run is killed: each in another table, in the middle of it."""
MAX_SECONDS, POLL_SECONDS = 120.0, 0.01
PROGRESS = re.compile(r"(\d+) changed, (\d+) left")
COMMAND = (sys.executable, "manage.py", "rotate_keys")
KEYS = ("FIELD_KEYS", "LINK_KEYS")
WELL = "Everything is as it must be."
MAX_STATUS = 500


def run_rotation(site: LoadedSite) -> dict[str, Any]:
    """Prepare, change both keys while guests book, and return the figures.

    Guests book under the old keys; under both, while the command runs; and at the end every value
    is opened with the new keys alone.
    """
    site.prepare()
    old = {name: site.environment[name] for name in KEYS}
    new = {name: secrets.token_urlsafe(32) for name in KEYS}
    with site.served(), site.guests("before"):
        site.wait_for_bookings()
    site.environment |= {name: f"{new[name]},{old[name]}" for name in KEYS}
    with site.served(), site.guests():
        site.wait_for_bookings()
        before, began = site.bookings(), time.monotonic()
        killed = [run_and_kill(site, lines) for lines in LINES_BEFORE_KILL]
        site.check_output(COMMAND, ROOT)
        took, during = time.monotonic() - began, site.bookings() - before
        site.wait_for_bookings()
    found = site.outcome()
    site.environment |= new
    opened = site.check_output([sys.executable, "-m", "tests.trials.everything_opens"], ROOT)
    return {
        "killed runs": sum(changed is not None for changed in killed),
        "values changed by each": ", ".join(map(str, killed)),
        "seconds until it was done": round(took, 1),
        "booked meanwhile": during,
        **found,
        **json.loads(opened.splitlines()[-1]),
    }


def run_and_kill(site: LoadedSite, lines: int) -> int | None:
    """Start the command and kill it after so many lines of progress.

    Returns how many values it had changed by then, or None if it had ended.
    """
    output = site.folder / f"run-{lines}.log"
    running = processes.start(COMMAND, site.environment, output)
    until = time.monotonic() + MAX_SECONDS
    while running.poll() is None and time.monotonic() < until:
        if len(PROGRESS.findall(output.read_text())) >= lines:
            break
        time.sleep(POLL_SECONDS)
    was_running = running.poll() is None
    processes.kill(running)
    return changed_values(output.read_text()) if was_running else None


def changed_values(text: str) -> int:
    """Return how many values the lines of the command say were changed, in all columns."""
    last = {line.partition(":")[0]: line for line in text.splitlines() if PROGRESS.search(line)}
    found = (PROGRESS.search(line) for line in last.values())
    return sum(int(match[1]) for match in found if match is not None)


def find_rotation_faults(figures: Mapping[str, Any]) -> list[str]:
    """Return what the figures break."""
    faults = [*figures["lost"], *figures["double"]]
    faults += [f"{label} cannot be read" for label in figures["unreadable"]]
    if figures["under an old key"]:
        faults.append(f"{figures['under an old key']} values are under an old key")
    if not figures["killed runs"]:
        faults.append("no run was killed: more appointments are needed")
    if not figures["booked meanwhile"]:
        faults.append("nobody booked meanwhile")
    for status, count in figures["answers"].items():
        if status == "none" or int(status) >= MAX_STATUS:
            faults.append(f"{count} answers were {status}")
    if figures["verify_bookings"] != WELL:
        faults.append(figures["verify_bookings"])
    return faults
