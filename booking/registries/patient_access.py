"""Who and what else can read something of a patient: lines of the page "Who can see me".

    patient_access.register(access_lines)

where `access_lines(patient, now)` yields an AccessLine for each person, key or feed that can read
data of the patient by the feature. The core lists staff, devices, links and the calendar feed.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise

from booking.models import Patient


@dataclass(frozen=True, slots=True)
class AccessLine:
    """One person, key or feed that can read data of a patient today.

    `what` says which, such as "can see receipts"; `last_read_at` is the last time, None if it never
    did or that is not recorded. `end_url` is the page where the patient can end it, "" if they
    cannot.
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


def access_lines(patient: Patient, now: datetime) -> list[AccessLine]:
    """Return the lines of all features about a patient."""
    return [line for source in _sources for line in source(patient, now)]
