"""The day after, patients are thanked, if the owner wants that."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile, Notification
from booking.notifications import enqueue
from booking.queries.notifications.unsubscribes import is_unsubscribed

THANK_YOU = "thank_you"
THANK_YOU_SEND_TIME = time(10)
MAX_THANK_YOU_AGE = timedelta(days=3)
"""What was completed longer ago is left alone: a new setting starts no flood of old thanks."""


def queue_thank_you_mails(now: datetime) -> int:
    """One for each completed appointment of the last days. Returns how many were queued."""
    clinic = ClinicProfile.current()
    if clinic is None or not clinic.thank_you_mail:
        return 0
    done = Appointment.objects.select_related("patient").filter(
        status=Status.COMPLETED, starts_at__gte=now - MAX_THANK_YOU_AGE, ends_at__lte=now
    )
    with transaction.atomic():
        rows = {_key(row): row for row in done}
        known = set(Notification.objects.filter(key__in=rows).values_list("key", flat=True))
        new = [row for key, row in rows.items() if key not in known]
        return sum(_queue(row, clinic.zone) for row in new)


def _queue(row: Appointment, zone: ZoneInfo) -> bool:
    patient = row.patient
    if patient is None or not patient.email or is_unsubscribed(patient.email):
        return False
    following = row.ends_at.astimezone(zone).date() + timedelta(days=1)
    due = datetime.combine(following, THANK_YOU_SEND_TIME, zone)
    enqueue(
        THANK_YOU,
        key=_key(row),
        to=patient.email,
        to_name=patient.name,
        appointment=row,
        due_at=due,
        give_up_at=due + MAX_THANK_YOU_AGE,
    )
    return True


def _key(row: Appointment) -> str:
    return f"{THANK_YOU}:{row.public_id}"
