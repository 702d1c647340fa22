"""Run jobs in threads at the same moment, and find overlapping appointments afterwards."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import combinations
from threading import Barrier, Event
from typing import TypeVar

import pytest
from django.db import DatabaseError, connection, transaction

from booking.errors import Refusal
from booking.lifecycle import OCCUPYING_STATUSES
from booking.models import Appointment

Result = TypeVar("Result")
PATIENCE = 30
LONG_ENOUGH_TO_BLOCK = 0.3
"""Seconds that the first job waits for the second to block. Too few change no outcome."""


def all_at_once(jobs: Sequence[Callable[[], Result]]) -> list[Result | Exception]:
    """Run each job in a thread with its own connection, all starting at the same moment.

    Returns what each job returned, or the refusal or database error that it raised.
    """
    start = Barrier(len(jobs))

    def run(job: Callable[[], Result]) -> Result | Exception:
        try:
            connection.ensure_connection()
            start.wait(PATIENCE)
            return job()
        except (Refusal, DatabaseError) as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as threads:
        return list(threads.map(run, jobs))


def second_before_first_commits(
    first: Callable[[], Result], second: Callable[[], Result]
) -> list[Result | Exception]:
    """Start the second job when the first has written but not committed."""
    done, blocked = Event(), Event()

    def slow() -> Result:
        with transaction.atomic():
            result = first()
            done.set()
            blocked.wait(LONG_ENOUGH_TO_BLOCK)
        return result

    def waiting() -> Result:
        assert done.wait(PATIENCE)
        result = second()
        blocked.set()
        return result

    return all_at_once([slow, waiting])


def overlaps() -> int:
    """Return the number of pairs of overlapping appointments with the same therapist or room.

    A time about which a patient is asked may overlap their own appointment: that is no pair.
    Counted in plain Python, independently of the code under test.
    """
    rows = Appointment.objects.filter(status__in=OCCUPYING_STATUSES).values_list(
        "therapist_id", "room_id", "starts_at", "blocked_until", "public_id", "proposed_for"
    )
    return sum(
        (row[0] == other[0] or row[1] == other[1])
        and (row[2] < other[3] and other[2] < row[3])
        and (row[5] or row[4]) != (other[5] or other[4])
        for row, other in combinations(rows, 2)
    )


Job = Callable[[], object]
Together = Callable[[Job, Job], list[object]]


def simultaneously(first: Job, second: Job) -> list[object]:
    """Run both jobs at the same moment, in an order left to chance."""
    return list(all_at_once([first, second]))


ORDERS = pytest.mark.parametrize(
    "together",
    [
        pytest.param(simultaneously, id="simultaneous"),
        pytest.param(second_before_first_commits, id="forced"),
    ],
)
"""Parametrizes a test of two jobs: with an order left to chance, and with a forced one."""
