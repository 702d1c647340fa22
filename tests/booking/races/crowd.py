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
"""Seconds for the second of two to run into the first. Too few change no outcome."""


def all_at_once(jobs: Sequence[Callable[[], Result]]) -> list[Result | Exception]:
    """Run each job in a thread with a connection of its own, all from the same moment.

    Gives what each returned, or the refusal or database error that it ended in.
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


def one_inside_the_other(
    first: Callable[[], Result], second: Callable[[], Result]
) -> list[Result | Exception]:
    """Start the second job when the first has done its work but not committed."""
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
    """Return pairs of overlapping appointments with the same therapist or room.

    Counted here in plain Python, by no rule of the code under test.
    """
    rows = Appointment.objects.filter(status__in=OCCUPYING_STATUSES).values_list(
        "therapist_id", "room_id", "starts_at", "blocked_until"
    )
    return sum(
        (row[0] == other[0] or row[1] == other[1]) and row[2] < other[3] and other[2] < row[3]
        for row, other in combinations(rows, 2)
    )


Job = Callable[[], object]
Together = Callable[[Job, Job], list[object]]


def by_chance(first: Job, second: Job) -> list[object]:
    """Both at once, in whichever order it happens."""
    return list(all_at_once([first, second]))


ORDERS = pytest.mark.parametrize(
    "together",
    [pytest.param(by_chance, id="by chance"), pytest.param(one_inside_the_other, id="forced")],
)
"""For tests of two jobs: in an order left to chance, and in a forced one."""
