"""What /metrics reports about errors, alerts and the verification of the bookings."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Sum

from booking.features.monitoring.models import Alert, BookingVerification, ProgramError
from booking.registries.metrics import Gauge, single, single_time


def collect(_now: datetime) -> Iterator[Gauge]:
    """Yield the gauges of this feature, in four queries."""
    happened = ProgramError.objects.aggregate(total=Sum("count"))["total"]
    yield single(
        "clinic_program_errors",
        "How often the errors of the program that are on file have happened.",
        happened or 0,
    )
    yield single(
        "clinic_unsettled_program_errors",
        "Errors of the program that nobody has dealt with.",
        ProgramError.objects.unsettled().count(),
    )
    yield Gauge(
        "clinic_alert",
        "1 if a check has found a problem of which the owner is told.",
        [({"check": alert.name}, float(bool(alert.sentences))) for alert in Alert.objects.all()],
    )
    last = BookingVerification.objects.first()
    yield single_time(
        "clinic_bookings_verified_timestamp_seconds",
        "When all bookings were last verified.",
        last.verified_at if last else None,
    )
    yield Gauge(
        "clinic_booking_faults",
        "Faults that the verification has found.",
        [({}, float(last.faults))] if last else [],
    )
