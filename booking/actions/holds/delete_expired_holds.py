"""Delete old holds that nobody booked, with their history."""

from datetime import datetime, timedelta

from django.db import transaction

from booking.lifecycle import Status
from booking.models import Appointment, MoveProposal

EXPIRED_HOLD_KEPT_FOR = timedelta(days=30)
BATCH = 1_000


def delete_expired_holds(now: datetime) -> int:
    """Delete holds without a patient that expired or were released 30 days ago, at most BATCH.

    Holds with health answers, payments or mails stay until these are deleted, and holds of
    proposals until the proposal is settled or its time is past. Returns how many were deleted.
    """
    with transaction.atomic():
        old = Appointment.objects.filter(
            status__in=[Status.EXPIRED, Status.CANCELLED],
            patient=None,
            hold_expires_at__lt=now - EXPIRED_HOLD_KEPT_FOR,
            screenings=None,
            payments=None,
            notifications=None,
        ).order_by("hold_expires_at", "pk")
        asked = MoveProposal.objects.open().filter(appointment__ends_at__gt=now)
        old = old.exclude(pk__in=asked.values("hold"))
        holds = list(old.values_list("pk", flat=True)[:BATCH])
        Appointment.objects.filter(pk__in=holds).delete()
    return len(holds)
