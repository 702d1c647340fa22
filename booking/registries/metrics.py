"""What /metrics reports: the core's measures, and those that features add.

    metrics.register(collect)

where `collect(now)` yields gauges, read from the database. Every process answers alike, since none
counts anything itself. Labels and values hold no personal data and nothing about health.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Gauge:
    """A measure: its name and what it means, and its values with their labels.

    A time is in seconds since 1970 (`..._timestamp_seconds`).
    """

    name: str
    meaning: str
    values: Sequence[tuple[Mapping[str, str], float]] = field(default_factory=tuple)


Collector = Callable[[datetime], Iterator[Gauge]]
_collectors: list[Collector] = []


def register(collector: Collector) -> None:
    """Add a function that yields gauges. Registering it twice adds it once."""
    if collector not in _collectors:
        _collectors.append(collector)


def collect_all(now: datetime) -> Iterator[Gauge]:
    """Yield the gauges of all registered functions."""
    for collector in _collectors:
        yield from collector(now)


def single(name: str, meaning: str, value: float) -> Gauge:
    """Return a gauge with one value and no labels."""
    return Gauge(name, meaning, (({}, value),))


def single_time(name: str, meaning: str, instant: datetime | None) -> Gauge:
    """Return a gauge with the seconds since 1970 of an instant; without a value if it is None."""
    if instant is None:
        return Gauge(name, meaning)
    return single(name, meaning, instant.timestamp())
