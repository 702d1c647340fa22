"""Scheduled jobs: delete hidden comments, notify editors of pending ones."""

from datetime import datetime, time, timedelta

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from articles.models import Comment
from articles.queries.comments import count_pending_comments, editors_to_notify
from booking.models import ClinicProfile, Notification
from booking.notifications import enqueue
from clinic.lib.scheduled_jobs import Job, register_job

HIDDEN_COMMENT_RETENTION = timedelta(days=30)
EARLIEST_SEND_TIME = time(8)
MIN_INTERVAL = timedelta(hours=16)


def register_jobs() -> None:
    """Register the jobs of this app with the job runner."""
    register_job(
        Job(
            "delete-hidden-comments",
            _("Delete rejected comments after a month"),
            delete_hidden_comments,
            interval=timedelta(hours=1),
        )
    )
    register_job(Job("notify-editors", _("Tell editors of comments that wait"), notify_editors))


def delete_hidden_comments(now: datetime) -> int:
    """Delete comments that were rejected or blocked more than 30 days ago; return their number."""
    status = Comment.Status
    old = Comment.objects.filter(
        status__in=[status.REJECTED, status.BLOCKED], decided_at__lt=now - HIDDEN_COMMENT_RETENTION
    )
    pks = list(old.values_list("pk", flat=True))
    Comment.objects.filter(pk__in=pks).delete()
    return len(pks)


def notify_editors(now: datetime) -> int:
    """Queue one mail a day to each editor while comments are pending; return their number.

    Nothing is queued before 8:00 by the clinic's clock.
    """
    clinic = ClinicProfile.current()
    if (
        clinic is None
        or now.astimezone(clinic.zone).time() < EARLIEST_SEND_TIME
        or not count_pending_comments()
    ):
        return 0
    day = clinic.today(now)
    with transaction.atomic():
        keys = {f"comments_waiting:{user.pk}:{day}": user for user in editors_to_notify()}
        queued_keys = set(Notification.objects.filter(key__in=keys).values_list("key", flat=True))
        new = {key: user for key, user in keys.items() if key not in queued_keys}
        for key, user in new.items():
            enqueue(
                "comments_waiting",
                key=key,
                to=user.email,
                to_name=user.name,
                give_up_at=now + MIN_INTERVAL,
            )
    return len(new)
