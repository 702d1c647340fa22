"""Many mails: an appointment under a stranger's address is canceled and restored again and
again."""

import time
from collections.abc import Iterator

from tests.abuse.holds import TREATMENT, free_times
from tests.abuse.site import AbusedSite
from tests.abuse.visitor import MIN_FILL_SECONDS, Patient, wait_for

STRANGER = "stranger@abuse.example"
SECONDS, PAUSE = 45.0, 2.0
CODES, LOST_LINKS = 5, 3
MAX_MAILS = 4
"""The first confirmation, and three of the hour."""
QUIET_SECONDS = 10.0


def run(site: AbusedSite) -> Iterator[tuple[str, bool]]:
    """Yield how many mails reached the stranger, and whether these are within the bound."""
    option, starts = free_times(site)
    attacker = Patient(site, "198.51.100.66", STRANGER)
    attacker.get(f"/book/{TREATMENT}/")
    hold = attacker.hold_or_prove(TREATMENT, option, starts[len(starts) // 2 :: 5])
    time.sleep(MIN_FILL_SECONDS)
    page = _book(attacker, hold) if hold else ""
    if not page:
        yield "the stranger's appointment could not be booked", False
        return
    presses = _cancel_and_undo(attacker, page)
    for _ in range(CODES):
        attacker.get("/accounts/login/code/")
        attacker.post("/accounts/login/code/", email=STRANGER)
    for _ in range(LOST_LINKS):
        attacker.post("/appointments/lost-link/", email=STRANGER)
    wait_for(lambda: "", QUIET_SECONDS)
    mails = site.mails_to(STRANGER)
    asked = f"{presses} changes, {CODES} codes and {LOST_LINKS} lost links"
    yield f"{asked}: {len(mails)} mails reached the stranger", 1 <= len(mails) <= MAX_MAILS


def _book(attacker: Patient, hold: str) -> str:
    """Book, and return the address of the appointment."""
    attacker.finish(hold)
    return attacker.post(f"{hold}review/").location


def _cancel_and_undo(attacker: Patient, page: str) -> int:
    """Press both buttons in turn for a while; return how many presses were taken."""
    taken, end = 0, time.monotonic() + SECONDS
    while time.monotonic() < end:
        for button in ("cancel", "undo"):
            taken += attacker.post(f"{page}{button}/", reason="").status == 303
            time.sleep(PAUSE)
    return taken
