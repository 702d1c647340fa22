"""What time brings to comments: old ones are forgotten, editors are told what waits."""

from datetime import datetime, time, timedelta

from django.db import transaction

from articles.models import Comment
from articles.queries.comments import count_pending_comments, editors_to_notify
from booking.models import ClinicProfile, Notification
from booking.notifications import enqueue
from clinic.lib.scheduled_jobs import register_job

HIDDEN_COMMENT_RETENTION = timedelta(days=30)
EARLIEST_SEND_TIME = time(8)
MIN_INTERVAL = timedelta(hours=16)


def register_jobs() -> None:
    register_job("hidden comments deleted", delete_hidden_comments)
    register_job("editors notified", notify_editors)


def delete_hidden_comments(now: datetime) -> int:
    """What was rejected, or came from a blocked sender, is deleted after a month."""
    status = Comment.Status
    old = Comment.objects.filter(
        status__in=[status.REJECTED, status.BLOCKED], decided_at__lt=now - HIDDEN_COMMENT_RETENTION
    )
    pks = list(old.values_list("pk", flat=True))
    Comment.objects.filter(pk__in=pks).delete()
    return len(pks)


def notify_editors(now: datetime) -> int:
    """From eight in the morning, once a day, and only if something waits. What waits is counted
    again when the mail is sent; it says no more than the number."""
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
        known = set(Notification.objects.filter(key__in=keys).values_list("key", flat=True))
        new = {key: user for key, user in keys.items() if key not in known}
        for key, user in new.items():
            enqueue(
                "comments_waiting",
                key=key,
                to=user.email,
                to_name=user.name,
                give_up_at=now + MIN_INTERVAL,
            )
    return len(new)
