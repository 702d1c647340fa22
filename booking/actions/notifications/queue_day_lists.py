"""Scheduled job: queue every therapist's list of tomorrow's appointments."""

from datetime import date, datetime, time, timedelta

from django.db import transaction

from booking.models import ClinicProfile, Notification
from booking.notifications.subjects.day_lists import day_list_key, notify_day_list
from booking.queries.appointments.by_day import appointments_on_day
from booking.queries.jobs import DAY_LISTS_JOB, last_success

DAY_LIST_SEND_TIME = time(18)
"""By the clinic's clock."""


def queue_day_lists(now: datetime) -> int:
    """Queue one list for each therapist with an appointment tomorrow, from 18:00 on.

    If no job ran between yesterday 18:00 and now, today's lists are made up until the last
    appointment of the day begins. Lists that are queued already are not queued again. Returns the
    number of new ones.
    """
    clinic = ClinicProfile.current()
    if clinic is None:
        return 0
    today = clinic.today(now)
    if now.astimezone(clinic.zone).time() >= DAY_LIST_SEND_TIME:
        return _queue(clinic, today + timedelta(days=1), now)
    due = datetime.combine(today - timedelta(days=1), DAY_LIST_SEND_TIME, clinic.zone)
    last_run = last_success(DAY_LISTS_JOB, now)
    return _queue(clinic, today, now) if last_run is not None and last_run < due else 0


def _queue(clinic: ClinicProfile, day: date, now: datetime) -> int:
    """Queue the lists of a day, without those whose last appointment has begun."""
    last_appointments = {row.therapist_id: row for row in appointments_on_day(clinic, day)}
    with transaction.atomic():
        rows_by_key = {
            day_list_key(pk or 0, day): row
            for pk, row in last_appointments.items()
            if row.starts_at > now
        }
        queued_keys = set(
            Notification.objects.filter(key__in=rows_by_key).values_list("key", flat=True)
        )
        return sum(
            notify_day_list(row, day) for key, row in rows_by_key.items() if key not in queued_keys
        )
