"""Many holds: 300 attempts of one network, 1,000 of one address, and 30 patients behind it."""

import json
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from tests.abuse.site import AbusedSite
from tests.abuse.visitor import MIN_FILL_SECONDS, Patient, Visitor
from tests.soak.browser import Page

TREATMENT, MINUTES = "swedish-massage", "60"
DAYS = 13
ATTEMPTS, NETWORK_ATTEMPTS, PATIENTS = 1_000, 300, 30
MAX_SHARE = 0.02
SHARED = "198.51.100.7"
"""The address of the 1,000 attempts and of the patients."""
EXTENSIONS = 3


def run(site: AbusedSite) -> Iterator[tuple[str, bool]]:
    """Yield a line for each figure, and whether it is within its bound."""
    openings = site.openings()
    yield f"openings of the next 14 days: {openings} minutes", openings > 0
    many = [f"2001:db8:1:{number:x}::1" for number in range(NETWORK_ATTEMPTS)]
    yield _flood(site, f"{NETWORK_ATTEMPTS} addresses of one IPv6 network", many, openings)
    site.release_all_holds()
    many = [f"192.0.2.{number % 254 + 1}" for number in range(NETWORK_ATTEMPTS)]
    what = f"{NETWORK_ATTEMPTS} attempts of the 254 addresses of an IPv4 network"
    yield _flood(site, what, many, openings)
    site.release_all_holds()
    yield _flood(site, f"{ATTEMPTS} attempts of one address", [SHARED] * ATTEMPTS, openings)
    booked, held = _patients(site)
    sentence = f"{PATIENTS} patients behind that address: {held} held at once, {booked} booked"
    yield sentence, booked == PATIENTS


def _flood(site: AbusedSite, what: str, addresses: list[str], openings: int) -> tuple[str, bool]:
    before = site.held_minutes()
    option, starts = free_times(site)
    scout = Visitor(site.port, addresses[0])
    scout.get(f"/book/{TREATMENT}/")
    answers: dict[int, int] = {}
    for number, address in enumerate(addresses):
        visitor = Visitor(site.port, address)
        visitor.cookies = {"csrf": scout.cookies["csrf"]}
        page = visitor.hold(TREATMENT, option, starts[number * 7 % len(starts)])
        answers[page.status] = answers.get(page.status, 0) + 1
        _extend(visitor, page)
    taken = site.held_minutes() - before
    share = taken / openings
    counts = ", ".join(f"{status}: {count}" for status, count in sorted(answers.items()))
    line = f"{what}: {taken} minutes held, {share:.2%} of the openings ({counts})"
    return line, 0 < share <= MAX_SHARE


def _extend(visitor: Visitor, page: Page) -> None:
    for _ in range(EXTENSIONS if page.location.startswith("/book/hold/") else 0):
        visitor.post(f"{page.location.removesuffix('questions/')}extend/")


def _patients(site: AbusedSite) -> tuple[int, int]:
    """Let patients behind the address of a flood hold at the same time, then all book.

    Returns how many have booked and how many have held.
    """
    option, starts = free_times(site)
    patients = [
        Patient(site, SHARED, f"honest{number}@abuse.example") for number in range(PATIENTS)
    ]

    def hold(number: int) -> str:
        patients[number].get(f"/book/{TREATMENT}/")
        offered = starts[number * len(starts) // PATIENTS :] + starts
        return patients[number].hold_or_prove(TREATMENT, option, offered[:60:3])

    with ThreadPoolExecutor(PATIENTS) as pool:
        holds = list(pool.map(hold, range(PATIENTS)))
        time.sleep(MIN_FILL_SECONDS)
        pairs = [(patient, held) for patient, held in zip(patients, holds, strict=True) if held]
        list(pool.map(lambda pair: pair[0].finish(pair[1]), pairs))
    return site.bookings("honest%@abuse.example"), len(pairs)


def free_times(site: AbusedSite) -> tuple[str, list[str]]:
    """Return the option's key and all starts that are free in the next 14 days."""
    visitor, today = Visitor(site.port, "203.0.113.1"), datetime.now(UTC).date()
    query = {
        "treatment": TREATMENT,
        "minutes": MINUTES,
        "from": str(today),
        "to": str(today + timedelta(days=DAYS)),
    }
    days = json.loads(visitor.get(f"/api/slots?{urlencode(query)}").body)["days"]
    page = visitor.get(f"/book/{TREATMENT}/")
    (option, *_) = page.inputs(name="option", type="hidden")
    return option["value"], [slot["starts_at"] for day in days for slot in day["slots"]]
