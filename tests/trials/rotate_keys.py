"""Keys are changed while guests book; the command is killed again and again, then ends."""

import json
import secrets
import sys
import time
from collections.abc import Mapping
from typing import Any

from tests.servers.site import ROOT
from tests.soak import processes
from tests.trials.loaded_site import LoadedSite

SECONDS_BEFORE_KILL = (4.0, 5.0, 6.0, 8.0, 10.0)
"""How long each of the killed runs may work; a second or two of it is to start."""
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
    with site.served(), site.guests():
        site.wait_for_bookings()
    site.environment |= {name: f"{new[name]},{old[name]}" for name in KEYS}
    with site.served(), site.guests():
        site.wait_for_bookings()
        before, began = site.bookings(), time.monotonic()
        killed = sum(killed_after(site, seconds) for seconds in SECONDS_BEFORE_KILL)
        site.check_output(COMMAND, ROOT)
        took, during = time.monotonic() - began, site.bookings() - before
        site.wait_for_bookings()
    found = site.outcome()
    site.environment |= new
    opened = site.check_output([sys.executable, "-m", "tests.trials.everything_opens"], ROOT)
    return {
        "killed runs": killed,
        "seconds until it was done": round(took, 1),
        "booked meanwhile": during,
        **found,
        **json.loads(opened.splitlines()[-1]),
    }


def killed_after(site: LoadedSite, seconds: float) -> bool:
    """Start the command, kill it after so many seconds, and return whether it still ran."""
    running = processes.start(COMMAND, site.environment, site.log)
    time.sleep(seconds)
    was_running = running.poll() is None
    processes.kill(running)
    return was_running


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
