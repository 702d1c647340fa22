"""What verify_bookings finds."""

from datetime import datetime

from booking.queries.appointments.invariants import check_invariants


def faults(now: datetime) -> list[str]:
    """Return the description of each finding."""
    return [
        description for finding in check_invariants(now) for description in finding.descriptions
    ]
