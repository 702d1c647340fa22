"""Scheduled job: queue thank-you mails for completed appointments."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from booking.lifecycle import Status
from booking.models import Appointment, ClinicProfile, Notification
from booking.notifications.subjects.thank_yous import notify_thank_you, thank_you_key
from clinic.lib.dates.zones import local_date

THANK_YOU_SEND_TIME = time(10)
"""On the day after the appointment, by the clinic's clock."""
MAX_THANK_YOU_AGE = timedelta(days=3)
"""Older appointments get no mail, so that turning the setting on does not send many at once."""


def queue_thank_you_mails(now: datetime) -> int:
    """Queue one mail for each appointment completed in the last three days.

    Does nothing unless the owner has turned these mails on. Returns the number of new ones.
    """
    clinic = ClinicProfile.current()
    if clinic is None or not clinic.thank_you_mail:
        return 0
    completed = Appointment.objects.select_related("patient").filter(
        status=Status.COMPLETED, starts_at__gte=now - MAX_THANK_YOU_AGE, ends_at__lte=now
    )
    with transaction.atomic():
        rows_by_key = {thank_you_key(row): row for row in completed}
        queued_keys = set(
            Notification.objects.filter(key__in=rows_by_key).values_list("key", flat=True)
        )
        new = [row for key, row in rows_by_key.items() if key not in queued_keys]
        return sum(_queue(row, clinic.zone) for row in new)


def _queue(row: Appointment, zone: ZoneInfo) -> bool:
    next_day = local_date(row.ends_at, zone) + timedelta(days=1)
    due = datetime.combine(next_day, THANK_YOU_SEND_TIME, zone)
    return notify_thank_you(row, due_at=due, give_up_at=due + MAX_THANK_YOU_AGE)
