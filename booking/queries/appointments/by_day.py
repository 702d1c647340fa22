"""The appointments of a day, for the therapists' day lists."""

from datetime import date, datetime, time, timedelta

from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile


def appointments_on_day(
    clinic: ClinicProfile, day: date, *, therapist: int | None = None
) -> list[Appointment]:
    """Return booked appointments that start on a date in the clinic's zone, in order.

    Of one therapist, or of all. One query.
    """
    first = datetime.combine(day, time.min, clinic.zone)
    last = datetime.combine(day + timedelta(days=1), time.min, clinic.zone)
    rows = Appointment.objects.with_related().select_related("therapist__user")
    rows = rows.filter(status__in=[Status.BOOKED, Status.ARRIVED])
    rows = rows.filter(starts_at__gte=first, starts_at__lt=last).order_by("starts_at", "pk")
    return list(rows if therapist is None else rows.filter(therapist=therapist))
