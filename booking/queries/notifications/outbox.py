"""The outbox on the desk, restricted to what a user may see."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import Count, QuerySet

from booking.access.roles import AnyUser
from booking.access.scope import visible_notifications, visible_patients
from booking.lifecycle import Status
from booking.models import Appointment, Notification, Patient
from booking.models.notifications import NotificationQuerySet

NotificationStatus = Notification.Status
OUTBOX_FOLDERS: Mapping[str, tuple[NotificationStatus, ...]] = {
    "all": tuple(NotificationStatus),
    "waiting": (NotificationStatus.WAITING,),
    "failed": (NotificationStatus.FAILED,),
    "sent": (NotificationStatus.SENT, NotificationStatus.KEPT),
}


def notifications_in_folder(user: AnyUser, name: str, now: datetime) -> NotificationQuerySet:
    """Return the notifications of a folder of OUTBOX_FOLDERS, without their texts.

    The newest come first; in the folder "waiting", those that are due next.
    """
    rows = (
        visible_notifications(user, now)
        .filter(status__in=OUTBOX_FOLDERS[name])
        .select_related("appointment__patient")
        .defer("data", "rendered")
    )
    return rows.order_by("next_try_at", "pk") if name == "waiting" else rows


def mails_to_patient(appointment: Appointment) -> list[Notification]:
    """Return the mails about an appointment to its patient, without texts, the newest first."""
    rows = Notification.objects.filter(appointment=appointment, is_to_patient=True)
    return list(rows.defer("data", "rendered").order_by("-pk"))


def count_undelivered_by_status(user: AnyUser, now: datetime) -> Mapping[str, int]:
    """Return the numbers of waiting and of failed notifications, by status. One query."""
    undelivered = visible_notifications(user, now).filter(
        status__in=[NotificationStatus.WAITING, NotificationStatus.FAILED]
    )
    rows = undelivered.order_by().values("status").annotate(number=Count("pk"))
    return dict(rows.values_list("status", "number"))


def unreachable_patients(user: AnyUser, now: datetime) -> QuerySet[Patient]:
    """Return patients with an upcoming appointment whose mails do not arrive."""
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
