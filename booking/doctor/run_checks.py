"""Run the registered checks, so that one which fails hides none of the others."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass

from django.db import connection, transaction

from booking.registries.doctor_checks import DoctorCheck
from clinic.lib.logs.error_locations import innermost_location


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One result of a check: whether something is in order, and a sentence about it."""

    check: DoctorCheck
    is_ok: bool
    sentence: str


def run_checks(chosen: Iterable[DoctorCheck]) -> Iterator[CheckResult]:
    """Run these checks, and yield their results, check by check.

    A check that raises an error has that as its result.
    """
    for check in chosen:
        yield from _run(check)


def _run(check: DoctorCheck) -> list[CheckResult]:
    try:
        with _savepoint(check):
            return [CheckResult(check, is_ok, sentence) for is_ok, sentence in check.function()]
    except Exception as error:  # noqa: BLE001  # whatever it is, the other checks go on
        sentence = (
            f"The check “{check.title}” could not be carried out ({type(error).__name__} at "
            f"{innermost_location(error)}). Mend what is named above and run it again; if nothing "
            "is, report this line."
        )
        return [CheckResult(check, False, sentence)]


def _savepoint(check: DoctorCheck) -> AbstractContextManager[object]:
    """Inside a transaction (as in tests) an error of the database must end the check alone."""
    is_needed = check.needs_database and connection.in_atomic_block
    return transaction.atomic() if is_needed else nullcontext()
