"""When patients were born, for rules that count from an age. The core asks nobody for it.

    register_birth_dates(born_on)

where `born_on(patient)` returns the date of birth, or None if it is not known.
"""

from collections.abc import Callable
from datetime import date

from booking.models import Patient

_sources: list[Callable[[Patient], date | None]] = []


def register_birth_dates(source: Callable[[Patient], date | None]) -> None:
    """Add a source. Registering it twice adds it once."""
    if source not in _sources:
        _sources.append(source)


def find_birth_date(patient: Patient) -> date | None:
    """Return the date of birth that the first source knows, or None."""
    return next((born for source in _sources if (born := source(patient)) is not None), None)
