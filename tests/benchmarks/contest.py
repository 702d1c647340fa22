"""Measure fifty threads that try to hold the same slot at once."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from threading import Barrier, Thread

from django.db import connection

from booking.actions.actor import Actor
from booking.actions.holds.hold_slot import SlotRequest, hold_slot
from booking.errors import SlotTaken
from clinic.lib.dates import clock
from clinic.lib.dates.epoch import from_minutes
from tests.benchmarks.measure import Figure, Times, month, the_option

THREADS = 50
AIMS = {"postgresql": 400, "sqlite": 1500}
WON, TOLD = "won", "told kindly"


def contention_figure() -> Figure:
    """Hold the same therapist and start in all threads; measure until the last answer."""
    option = the_option()
    available = month(option, therapist=None, first=clock.now().date() + timedelta(days=2))
    slot = available.slots()[0]
    therapist = available.offers[slot.therapists[0]].therapist.slug
    slot_request = SlotRequest(option.pk, from_minutes(slot.start), therapist)
    outcomes: Counter[str] = Counter()
    barrier = Barrier(THREADS + 1)
    threads = [
        Thread(target=try_to_hold, args=(slot_request, f"contender {number}", barrier, outcomes))
        for number in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    barrier.wait()
    times = Times()
    times.add(partial(_wait_for, threads))
    told = ", ".join(f"{number} {outcome}" for outcome, number in sorted(outcomes.items()))
    return times.figure(
        f"{THREADS} threads on one slot, all of them",
        aim=AIMS.get(connection.vendor),
        note=told,
    )


def _wait_for(threads: Sequence[Thread]) -> None:
    for thread in threads:
        thread.join()


def try_to_hold(
    slot_request: SlotRequest, browser_key: str, barrier: Barrier, outcomes: Counter[str]
) -> None:
    connection.ensure_connection()
    barrier.wait()
    try:
        hold_slot(slot_request, by=Actor.guest(), browser_key=browser_key)
        outcomes[WON] += 1
    except SlotTaken:
        outcomes[TOLD] += 1
    except Exception as error:  # noqa: BLE001  # the table shows what else can happen
        outcomes[type(error).__name__] += 1
    finally:
        connection.close()
