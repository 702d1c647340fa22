"""Scheduled job: queue every therapist's list of tomorrow's appointments."""

from datetime import datetime, time, timedelta

from django.db import transaction

from booking.models import ClinicProfile, Notification
from booking.notifications.subjects.day_lists import day_list_key, notify_day_list
from booking.queries.appointments.by_day import appointments_on_day

DAY_LIST_SEND_TIME = time(18)
"""By the clinic's clock."""


def queue_day_lists(now: datetime) -> int:
    """Queue one list for each therapist with an appointment tomorrow, from 18:00 on.

    Lists that are queued already are not queued again. Returns the number of new ones.
    """
    clinic = ClinicProfile.current()
    if clinic is None or now.astimezone(clinic.zone).time() < DAY_LIST_SEND_TIME:
        return 0
    tomorrow = clinic.today(now) + timedelta(days=1)
    last_appointments = {row.therapist_id: row for row in appointments_on_day(clinic, tomorrow)}
    with transaction.atomic():
        rows_by_key = {
            day_list_key(pk or 0, tomorrow): row for pk, row in last_appointments.items()
        }
        queued_keys = set(
            Notification.objects.filter(key__in=rows_by_key).values_list("key", flat=True)
        )
        return sum(
            notify_day_list(row, tomorrow)
            for key, row in rows_by_key.items()
            if key not in queued_keys
        )
