"""The outbox as the desk sees it: all of it, or the part of a therapist's own appointments."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Count, QuerySet

from booking.access.roles import AnyUser
from booking.access.scope import visible_notifications, visible_patients
from booking.lifecycle import Status
from booking.models import Notification, Patient
from booking.models.notifications import NotificationQuerySet

NotificationStatus = Notification.Status
OUTBOX_FOLDERS: Mapping[str, tuple[NotificationStatus, ...]] = {
    "all": tuple(NotificationStatus),
    "waiting": (NotificationStatus.WAITING,),
    "failed": (NotificationStatus.FAILED,),
    "sent": (NotificationStatus.SENT, NotificationStatus.KEPT),
}


def notifications_in_folder(user: AnyUser, name: str, now: datetime) -> NotificationQuerySet:
    """The messages of one folder, the newest first; what is due later, by when it is due.
    Without what they say."""
    found = (
        visible_notifications(user, now)
        .filter(status__in=OUTBOX_FOLDERS[name])
        .defer("data", "rendered")
    )
    return found.order_by("next_try_at", "pk") if name == "waiting" else found


def count_undelivered_by_status(user: AnyUser, now: datetime) -> Mapping[str, int]:
    """How many wait, and how many did not arrive. One query."""
    open_ones = visible_notifications(user, now).filter(
        status__in=[NotificationStatus.WAITING, NotificationStatus.FAILED]
    )
    rows = open_ones.order_by().values("status").annotate(number=Count("pk"))
    return dict(rows.values_list("status", "number"))


def unreachable_patients(user: AnyUser, now: datetime) -> QuerySet[Patient]:
    """Patients with an appointment to come whose mails do not arrive: somebody must call."""
    return (
        visible_patients(user, now)
        .filter(
            undeliverable_since__isnull=False,
            appointments__status=Status.BOOKED,
            appointments__starts_at__gt=now,
        )
        .distinct()
        .order_by("name", "pk")
    )
