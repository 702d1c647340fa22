"""Random appointments for tests of reports, and counts of them row by row in Python."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

from booking.lifecycle import ACTIVE_BOOKING_STATUSES, Status
from booking.models import Appointment, ClinicProfile
from tests import factories as make

ROWS = 500
SPACING = timedelta(hours=3)
STATUSES = (
    Status.COMPLETED, Status.COMPLETED, Status.BOOKED, Status.ARRIVED, Status.NO_SHOW,
    Status.CANCELLED, Status.CANCELLED, Status.EXPIRED,
)  # fmt: skip


def create_random_rows(first: datetime, days: int, zone: str, seed: int) -> ClinicProfile:
    """Create random appointments of every status, at all times of day."""
    rng = Random(seed)
    clinic = make.ClinicProfileFactory(time_zone=zone)
    options = make.OptionFactory.create_batch(3)
    therapists, rooms = make.TherapistFactory.create_batch(3), make.RoomFactory.create_batch(3)
    patients = make.PatientFactory.create_batch(60)
    places = [(place, n) for place in range(3) for n in range(days * 8)]
    rows = []
    for place, n in rng.sample(places, ROWS):
        starts_at = first + n * SPACING + timedelta(minutes=15 * rng.randrange(4))
        booked_at = starts_at - timedelta(minutes=rng.randrange(60 * 24 * 40))
        status = rng.choice(STATUSES)
        cancelled_at = starts_at - timedelta(minutes=rng.randrange(60 * 48))
        rows.append(
            Appointment(
                option=rng.choice(options),
                therapist=therapists[place],
                room=rooms[place],
                patient=rng.choice(patients),
                starts_at=starts_at,
                ends_at=starts_at + timedelta(minutes=60),
                blocked_until=starts_at + timedelta(minutes=75),
                status=status,
                price=Decimal(rng.randrange(3000, 15000)) / 100,
                currency=rng.choice(["USD", "USD", "USD", "EUR"]),
                booked_at=None if status == Status.EXPIRED else booked_at,
                cancelled_at=cancelled_at if status == Status.CANCELLED else None,
            )
        )
    Appointment.objects.bulk_create(rows)
    return clinic


def matching_rows(zone: ZoneInfo, keep: Callable[[Appointment, date], bool]) -> list[Appointment]:
    """Return the rows for which `keep(row, local date)` is true."""
    rows = Appointment.objects.select_related("option__treatment", "therapist", "room")
    return [row for row in rows if keep(row, row.starts_at.astimezone(zone).date())]


def kept(row: Appointment) -> bool:
    return row.status in ACTIVE_BOOKING_STATUSES
