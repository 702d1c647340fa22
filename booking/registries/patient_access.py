"""Who and what else can read something of a patient: lines of the page "Who can see me".

    patient_access.register(proxies_of)

where `proxies_of(patient, now)` yields an AccessLine for each person, key or feed that a feature
lets read something of the patient. The core lists staff, devices, links and the calendar feed.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from booking.models import Patient


@dataclass(frozen=True, slots=True)
class AccessLine:
    """One person or thing that can read something of a patient today.

    `what` says what it can do, such as "can see receipts"; `last_read_at` is when it last did,
    None if it never did or nothing records it. `end_url` is the page on which the patient ends
    it, "" where that is not up to them.
    """

    name: str | Promise
    what: str | Promise
    last_read_at: datetime | None = None
    end_url: str = ""
    end_label: str | Promise = ""


Source = Callable[[Patient, datetime], Iterable[AccessLine]]
_sources: list[Source] = []


def register(source: Source) -> None:
    """Add a source of lines. Registering it twice adds it once."""
    if source not in _sources:
        _sources.append(source)


def lines_of(patient: Patient, now: datetime) -> list[AccessLine]:
    """Return the lines of all features about a patient."""
    return [line for source in _sources for line in source(patient, now)]
