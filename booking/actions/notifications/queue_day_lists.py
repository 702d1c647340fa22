"""In the evening, every therapist gets tomorrow's list."""

from datetime import date, datetime, time, timedelta

from django.db import transaction

from booking.models import Appointment, ClinicProfile, Notification
from booking.notifications import enqueue
from booking.queries.appointments.by_day import appointments_on_day

DAY_LIST_SEND_TIME = time(18)


def queue_day_lists(now: datetime) -> int:
    """From six in the evening, once for each therapist and day who can be written to and has
    somebody coming. Returns how many were queued. The list itself is read when it is sent."""
    clinic = ClinicProfile.current()
    if clinic is None or now.astimezone(clinic.zone).time() < DAY_LIST_SEND_TIME:
        return 0
    tomorrow = now.astimezone(clinic.zone).date() + timedelta(days=1)
    last = {row.therapist_id: row for row in appointments_on_day(clinic, tomorrow)}
    with transaction.atomic():
        keys = [_key(row, tomorrow) for row in last.values()]
        known = set(Notification.objects.filter(key__in=keys).values_list("key", flat=True))
        new = [row for row in last.values() if _key(row, tomorrow) not in known]
        return sum(_queue(row, tomorrow) for row in new)


def _queue(last: Appointment, day: date) -> bool:
    """Of use until the last appointment of the day begins."""
    user = last.therapist.user
    if user is None or not user.is_active or not user.email:
        return False
    enqueue(
        "day_list",
        key=_key(last, day),
        to=user.email,
        to_name=last.therapist.name,
        data={"therapist": last.therapist_id, "day": day.isoformat()},
        give_up_at=last.starts_at,
    )
    return True


def _key(row: Appointment, day: date) -> str:
    return f"day_list:{row.therapist_id}:{day.isoformat()}"
