"""What the guests were told, compared with the upgraded database.

`python -m tests.upgrade.outcome JOURNAL`, with the environment of the site, prints a line of JSON.
"""

import json
import sys
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import django

if __name__ == "__main__":
    django.setup()

from booking.models import Appointment
from tests.soak import journal
from tests.soak.result_check import (
    Line,
    double_bookings,
    read_expected_states,
    wrong_appointments,
)


def figures(lines: Sequence[Line]) -> dict[str, Any]:
    """Return the figures of a trial, by their label: counts, seconds, and lists of violations."""
    acknowledged = [line for line in lines if line.get("outcome") == "acknowledged"]
    times = sorted(line["at"] for line in acknowledged if line["what"] == "booked")
    requests = [line for line in lines if line["line"] == "request"]
    answered = sorted(line["ended"] for line in requests if 200 <= line["status"] < 500)
    end = max(line["ended"] for line in requests)
    restarted = next((line["recovered"] for line in lines if line["line"] == "fault"), end)
    return {
        "appointments on file": Appointment.objects.count(),
        "acknowledged": Counter(line["what"] for line in acknowledged),
        "answers": Counter(str(line["status"] or "none") for line in requests),
        "booked after the restart": sum(time > restarted for time in times),
        "seconds without a booking": longest_gap([*times, end]),
        "seconds without an answer": longest_gap([*answered, end]),
        "lost": [*wrong_appointments(read_expected_states(lines))],
        "double": [*double_bookings()],
    }


def longest_gap(times: Sequence[float]) -> float:
    """Return the longest time between two moments that follow each other, in seconds."""
    return round(max((after - before for before, after in pairwise(times)), default=0.0), 1)


if __name__ == "__main__":
    found = figures(list(journal.read(Path(sys.argv[1]))))
    sys.stdout.write(json.dumps(found) + "\n")
