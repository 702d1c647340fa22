"""The checks of `manage.py doctor`: those of the core, and those that features add.

    doctor_checks.register(check_card_reader, title=_("The card reader"))

where `check_card_reader()` yields pairs: whether all is well, and the sentence to print. A sentence
about a problem also says how to mend it. With `is_alert` the owner gets a mail about a problem, and
sees it on the desk (booking.features.monitoring): such sentences must hold no personal data.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.functional import Promise

Check = Callable[[], Iterator[tuple[bool, str]]]
"""Yields whether something is in order, with a sentence about it."""


@dataclass(frozen=True, slots=True)
class DoctorCheck:
    """A check, and what it is about.

    `name` is the function's, without `check_`. `needs_database=False` marks the checks that also
    run while the database is away.
    """

    function: Check
    name: str
    title: str | Promise
    is_alert: bool = False
    needs_database: bool = True


_checks: list[DoctorCheck] = []


def register(
    function: Check,
    *,
    title: str | Promise = "",
    is_alert: bool = False,
    needs_database: bool = True,
) -> None:
    """Add a check. Registering it twice adds it once. The title defaults to the check's name."""
    name = function.__name__.removeprefix("check_")
    check = DoctorCheck(function, name, title or name, is_alert, needs_database)
    if function not in [known.function for known in _checks]:
        _checks.append(check)


def checks() -> list[DoctorCheck]:
    """Return every registered check, in the order of registration."""
    return list(_checks)
