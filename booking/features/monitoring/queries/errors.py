"""Errors of the program, and when the bookings were last verified."""

from collections.abc import Iterator

from booking.features.monitoring.models import BookingVerification, ProgramError

MAX_NAMED = 5


def check_errors() -> Iterator[tuple[bool, str]]:
    """Check, for `manage.py doctor`, whether the program had errors that nobody has dealt with."""
    errors = ProgramError.objects.unsettled()
    total = errors.count()
    for error in errors[:MAX_NAMED]:
        yield (
            False,
            f"An error of the program, {error.count} times since {error.first_seen_at:%Y-%m-%d}: "
            f"{error}. Report it to who maintains the program (this line holds no personal data), "
            "then mark it as dealt with at /desk/monitoring/.",
        )
    if total > MAX_NAMED:
        yield False, f"There are {total - MAX_NAMED} more errors; /desk/monitoring/ lists them."
    if not total:
        yield True, "The program had no errors that nobody has dealt with."


def check_verified_bookings() -> Iterator[tuple[bool, str]]:
    """Check what the nightly job that verifies all bookings has found."""
    last = BookingVerification.objects.first()
    if last is None:
        yield True, "The bookings were not verified by the nightly job yet."
        return
    when = f"{last.verified_at:%Y-%m-%d %H:%M} UTC"
    if last.faults:
        yield (
            False,
            f"The bookings have {last.faults} faults, found at {when}. Run: manage.py "
            "verify_bookings, which names each.",
        )
    else:
        yield True, f"The bookings were verified at {when}: no faults."
