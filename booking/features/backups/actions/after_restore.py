"""What a restored clinic needs before its site starts: jobs put off, old mails held back."""

from collections.abc import Mapping
from datetime import datetime

from django.db import models

from booking.actions.notifications.queue_day_lists import queue_day_lists
from booking.actions.notifications.queue_reminders import queue_reminders
from booking.actions.notifications.queue_thank_yous import queue_thank_you_mails
from booking.models import Notification, ScheduledJob
from booking.notifications.kinds import get_kind
from clinic.lib.scheduled_jobs import registered_jobs

HELD_BACK = (
    "Held back after a backup was restored: it may have been sent before. Send it again if not."
)


def put_jobs_off(now: datetime) -> None:
    """Plan every scheduled job for later, by its interval, so that none runs at once."""
    ScheduledJob.objects.bulk_create(
        ScheduledJob(name=job.name, next_run_at=now + job.interval) for job in registered_jobs()
    )


def hold_back_mails(now: datetime) -> int:
    """Hold back every mail that was due before now, and return how many.

    Those that waited when the backup was made, and those that jobs have queued since, were
    probably sent. The desk lists them with a sentence, and can send each again. Codes and links
    that open an account are dropped.
    """
    for queue in (queue_reminders, queue_thank_you_mails, queue_day_lists):
        queue(now)
    due = Notification.objects.waiting().filter(due_at__lte=now)
    secret = [name for name in _kinds(due) if _is_secret(name)]
    dropped: Mapping[str, object] = {"lease": "", "lease_until": None, "rendered": "", "data": ""}
    due.filter(kind__in=secret).update(status=Notification.Status.DROPPED, **dropped)
    return due.update(
        status=Notification.Status.FAILED,
        problem=HELD_BACK,
        failed_at=now,
        lease="",
        lease_until=None,
    )


def _kinds(due: "models.QuerySet[Notification]") -> list[str]:
    return list(due.order_by().values_list("kind", flat=True).distinct())


def _is_secret(name: str) -> bool:
    kind = get_kind(name)
    return kind is None or kind.is_secret
