"""Measure slots and bookings on the current database."""

import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from random import Random
from statistics import median, quantiles
from typing import Any, TypeVar

from django.db import connection
from django.test.utils import CaptureQueriesContext, override_settings

from booking.actions.actor import Actor
from booking.actions.appointments.book_online import book_appointment
from booking.actions.holds.hold_slot import SlotRequest, hold_slot
from booking.engine.slots import find_slots
from booking.errors import Refusal
from booking.inputs import PersonalDetails
from booking.models import Appointment, BookingOrigin, ClinicProfile, Option
from booking.queries.availability.offers import find_offers
from booking.queries.availability.slots import Availability, load_availability
from clinic.lib.dates import clock
from clinic.lib.dates.epoch import from_minutes
from tests.booking.health.answers import answer

WARM_UP, RUNS, BOOKINGS = 5, 60, 60
MONTH_DAYS = 30
BEYOND_BOOKINGS_DAYS = 400
TABLE = re.compile(r'(?:FROM|INTO|^UPDATE)\s+"?booking_(\w+)')
"""The first table of a statement."""
T = TypeVar("T")
DETAILS = PersonalDetails("Bench Mark", "bench@mail.example", "+1 312-555-0100")


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table; milliseconds. `cpu` is the median of this process's own work."""

    what: str
    median: float
    p90: float
    cpu: float
    queries: int | None = None
    aim: float | None = None
    note: str = ""


class Times:
    """Milliseconds of repeated calls: elapsed time and processor time."""

    def __init__(self) -> None:
        self.wall: list[float] = []
        self.cpu: list[float] = []

    def add(self, call: Callable[[], T]) -> T:
        """Call once and record its times."""
        wall, cpu = time.perf_counter(), time.process_time()
        done = call()
        self.wall.append((time.perf_counter() - wall) * 1000)
        self.cpu.append((time.process_time() - cpu) * 1000)
        return done

    def figure(self, what: str, **more: Any) -> Figure:
        """Return the line of the table."""
        p90 = quantiles(self.wall, n=10)[-1] if len(self.wall) > 1 else self.wall[0]
        return Figure(what, median(self.wall), p90, median(self.cpu), **more)


def the_option() -> Option:
    """Return Swedish massage, 60 minutes: the option that every therapist gives."""
    return Option.objects.get(treatment__slug="swedish-massage", minutes=60)


def month(option: Option, *, therapist: str | None, first: date, far: bool = False) -> Availability:
    """Compute the slots of a month, starting with the queries of a page."""
    clinic = ClinicProfile.objects.get()
    offers = find_offers(clinic, option.pk, therapist=therapist)
    last = first + timedelta(days=MONTH_DAYS - 1)
    return load_availability(
        clinic, offers, first=first, last=last, now=clock.now(), ignore_notice=far
    )


def slots_figures() -> list[Figure]:
    """Measure the slots of a month from tomorrow, for one therapist and for any."""
    option = the_option()
    tomorrow = clock.now().date() + timedelta(days=1)
    far = tomorrow + timedelta(days=BEYOND_BOOKINGS_DAYS)
    anyone = month(option, therapist=None, first=tomorrow)
    therapist = next(iter(anyone.offers.values())).therapist.slug
    slot_count = len(anyone.slots())
    return [
        timed(
            "slots of a month, one therapist",
            lambda: month(option, therapist=therapist, first=tomorrow).slots(),
            aim=15,
        ),
        timed(
            f"slots of a month, any of {len(anyone.offers)}",
            lambda: month(option, therapist=None, first=tomorrow).slots(),
            aim=40,
            note=f"{slot_count} starts",
        ),
        timed(
            "  baseline: a month without appointments",
            lambda: month(option, therapist=None, first=far, far=True).slots(),
        ),
        timed("  baseline: the engine alone", lambda: find_slots(anyone.slot_query)),
    ]


def booking_figures(rng: Random) -> list[Figure]:
    """Measure holding and confirming, one after the other, at starts spread over the month."""
    option = the_option()
    tomorrow = clock.now().date() + timedelta(days=1)
    slots = month(option, therapist=None, first=tomorrow).slots()
    rng.shuffle(slots)
    warm_up, held, booked = Times(), Times(), Times()
    statements: list[str] = []
    with override_settings(ABUSE_LIMITS=True):
        for number, slot in enumerate(slots[: BOOKINGS + WARM_UP]):
            slot_request = SlotRequest(option.pk, from_minutes(slot.start))
            by = Actor.guest(f"203.0.{number}.7")
            holding = partial(hold_slot, slot_request, by=by, browser_key=f"bench {number}")
            warm = number >= WARM_UP
            with suppress(Refusal):  # an earlier booking of this run took the last room
                hold = (held if warm else warm_up).add(holding)
                answer(hold)
                details = replace(DETAILS, email=f"bench{number}@mail.example")
                confirming = partial(book_appointment, hold, details, by=by)
                if warm:
                    booked.add(confirming)
                else:
                    statements = _statements_of(confirming)
                _forget_limits(hold)
    note = f"with the health gate and all limits: {', '.join(statements)}"
    return [
        held.figure("holding a time (any therapist)"),
        booked.figure("confirming a booking", aim=8, queries=len(statements), note=note),
    ]


def _statements_of(call: Callable[[], object]) -> list[str]:
    """Return the statements of a call, each as its verb and first table."""
    with CaptureQueriesContext(connection) as captured:
        call()
    found = []
    for query in captured.captured_queries:
        sql = query["sql"].strip()
        table = TABLE.search(sql)
        found.append(" ".join([sql.split()[0].lower(), *(table.groups() if table else ())]))
    return found


def _forget_limits(hold: Appointment) -> None:
    """Let a booking not count against the limits of the next one."""
    BookingOrigin.objects.filter(appointment=hold).update(is_proven=True)
    long_ago = clock.now() - timedelta(days=2)
    Appointment.objects.filter(pk=hold.pk).update(booked_at=long_ago)


def timed(what: str, call: Callable[[], object], *, runs: int = RUNS, **more: Any) -> Figure:
    """Measure `runs` calls, after a few unmeasured ones."""
    with CaptureQueriesContext(connection) as captured:
        call()
    queries = len(captured)  # now: the next request of a page clears the log
    for _ in range(WARM_UP):
        call()
    times = Times()
    for _ in range(runs):
        times.add(call)
    return times.figure(what, queries=queries, **more)
