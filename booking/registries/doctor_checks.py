"""The checks that features add to `manage.py doctor`.

    doctor_checks.register(check_card_reader)

where `check_card_reader()` yields pairs: whether all is well, and the sentence to print.
"""

from collections.abc import Callable, Iterator

Check = Callable[[], Iterator[tuple[bool, str]]]
"""Yields whether something is in order, with a sentence about it."""

_checks: list[Check] = []


def register(check: Check) -> None:
    """Add a check. Registering it twice adds it once."""
    if check not in _checks:
        _checks.append(check)


def checks() -> list[Check]:
    """Return every registered check."""
    return list(_checks)
