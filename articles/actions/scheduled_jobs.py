"""What time brings to comments: old ones are forgotten, editors are told what waits."""

from datetime import datetime, time, timedelta

from django.db import transaction

from articles.models import Comment
from articles.queries.comments import editors_to_tell, how_many_wait
from booking.models import ClinicProfile, Message
from booking.notifications import enqueue
from clinic.lib.scheduled_jobs import register

NOT_SHOWN_KEPT_FOR = timedelta(days=30)
MORNING = time(8)
A_DAY = timedelta(hours=16)


def register_all() -> None:
    register("comments forgotten", forget_comments)
    register("editors told", tell_editors)


def forget_comments(now: datetime) -> int:
    """What was rejected, or came from a blocked sender, is deleted after a month."""
    status = Comment.Status
    old = Comment.objects.filter(
        status__in=[status.REJECTED, status.BLOCKED], decided_at__lt=now - NOT_SHOWN_KEPT_FOR
    )
    pks = list(old.values_list("pk", flat=True))
    Comment.objects.filter(pk__in=pks).delete()
    return len(pks)


def tell_editors(now: datetime) -> int:
    """From eight in the morning, once a day, and only if something waits. What waits is counted
    again when the mail is sent; it says no more than the number."""
    clinic = ClinicProfile.current()
    if clinic is None or now.astimezone(clinic.zone).time() < MORNING or not how_many_wait():
        return 0
    day = now.astimezone(clinic.zone).date()
    with transaction.atomic():
        keys = {f"comments_waiting:{user.pk}:{day}": user for user in editors_to_tell()}
        known = set(Message.objects.filter(key__in=keys).values_list("key", flat=True))
        new = {key: user for key, user in keys.items() if key not in known}
        for key, user in new.items():
            enqueue(
                "comments_waiting",
                key=key,
                to=user.email,
                to_name=user.name,
                give_up_at=now + A_DAY,
            )
    return len(new)
