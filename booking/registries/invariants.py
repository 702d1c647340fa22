"""The checks that features add to `verify_bookings`.

    invariants.register(_("Plans with a missing visit"), missing_visits)

where `missing_visits(now)` yields one sentence for each fault.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

from django.utils.functional import Promise

Check = Callable[[datetime], Iterator[str]]
"""Takes the present instant and yields one sentence for each fault."""

_checks: dict[Check, str | Promise] = {}


def register(title: str | Promise, check: Check) -> None:
    """Add a check under a title. Registering it twice adds it once."""
    _checks.setdefault(check, title)


def checks() -> list[tuple[str | Promise, Check]]:
    """Return the title and the function of every registered check."""
    return [(title, check) for check, title in _checks.items()]
