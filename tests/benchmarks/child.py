"""Fill and measure the database of DATABASE_URL: python -m tests.benchmarks.child SIZE

Prints one line of JSON, the figures in order.
"""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import asdict
from random import Random

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.core.management import call_command  # noqa: E402  # needs the settings

from booking.demo import DemoSize, load_demo  # noqa: E402
from booking.queries.appointments.invariants import check_invariants  # noqa: E402
from clinic.lib.dates import clock  # noqa: E402
from tests.benchmarks.contest import contention_figure  # noqa: E402
from tests.benchmarks.desk import desk_figures  # noqa: E402
from tests.benchmarks.measure import Figure, Times, booking_figures, slots_figures  # noqa: E402
from tests.benchmarks.office import office_figures  # noqa: E402
from tests.factories import ScreeningSignatureFactory  # noqa: E402

SEED = 7


def once(what: str, call: Callable[[], object]) -> Figure:
    """Measure a call that is done only once."""
    times = Times()
    result = times.add(call)
    return times.figure(what, note=result if isinstance(result, str) else "")


def count_faults() -> str:
    return f"{sum(finding.total for finding in check_invariants(clock.now()))} faults"


def main(size: int) -> None:
    call_command("migrate", verbosity=0)
    scale = DemoSize(therapists=20, rooms=16, patients=5_000, appointments=size)
    ScreeningSignatureFactory.create()  # without it nobody books online
    figures = [
        once(f"loading {size:,} appointments", lambda: load_demo(scale, now=clock.now())),
        *slots_figures(),
        *booking_figures(Random(SEED)),
        contention_figure(),
        *desk_figures(),
        *office_figures(),
        once("verifying all", count_faults),
    ]
    sys.stdout.write(json.dumps([asdict(figure) for figure in figures]) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]))
