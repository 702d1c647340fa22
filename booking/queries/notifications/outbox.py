"""The outbox on the desk, restricted to what a user may see."""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import BooleanField, Count, ExpressionWrapper, F, Q, QuerySet

from booking.access.roles import AnyUser
from booking.access.scope import visible_notifications, visible_patients
from booking.lifecycle import Status
from booking.models import Appointment, Notification, Patient
from booking.models.notifications import REMINDER_KIND, NotificationQuerySet

NotificationStatus = Notification.Status
REPLACED_Q = Q(
    ~Q(appointment__status=Status.BOOKED)
    | Q(give_up_at__lt=F("appointment__starts_at"))
    | Q(give_up_at__gt=F("appointment__starts_at")),
    status=NotificationStatus.WAITING,
    key__startswith=f"{REMINDER_KIND}:",
    appointment__isnull=False,
)
"""Waiting reminders, and copies of them, of a start that the appointment does not have: it moved or
is canceled. They stay queued, for an appointment that moves back, and are dropped when due."""
REFUSED_Q = Q(status=NotificationStatus.WAITING, failure__in=Notification.REFUSALS)
MAX_MAILS_SHOWN = 20
OUTBOX_FOLDERS: Mapping[str, Q] = {
    "all": Q(),
    "waiting": Q(status=NotificationStatus.WAITING) & ~REPLACED_Q,
    "refused": REFUSED_Q,
    "failed": Q(status=NotificationStatus.FAILED),
    "sent": Q(status__in=[NotificationStatus.SENT, NotificationStatus.KEPT]),
}


def with_replaced(rows: NotificationQuerySet) -> NotificationQuerySet:
    """Annotate each with `is_replaced`: it waits, but is not needed as things are."""
    return rows.annotate(is_replaced=ExpressionWrapper(REPLACED_Q, output_field=BooleanField()))


def notifications_in_folder(user: AnyUser, name: str, now: datetime) -> NotificationQuerySet:
    """Return the notifications of a folder of OUTBOX_FOLDERS, without their texts.

    The newest come first; in the folders of waiting ones, those that are due next.
    """
    rows = (
        with_replaced(visible_notifications(user, now))
        .filter(OUTBOX_FOLDERS[name])
        .select_related("appointment__patient")
        .defer("data", "rendered")
    )
    return rows.order_by("next_try_at", "pk") if name in ("waiting", "refused") else rows


def visible_mails_to_patient(user: AnyUser, patient: Patient, now: datetime) -> list[Notification]:
    """Return the latest mails to a patient that the user may see, without texts, newest first."""
    rows = visible_notifications(user, now).filter(is_to_patient=True, appointment__patient=patient)
    return list(with_replaced(rows).defer("data", "rendered")[:MAX_MAILS_SHOWN])


def mails_to_patient(appointment: Appointment) -> list[Notification]:
    """Return the mails about an appointment to its patient, without texts, the newest first."""
    rows = Notification.objects.filter(appointment=appointment, is_to_patient=True)
    rows = with_replaced(rows)
    return list(rows.defer("data", "rendered").order_by("-pk"))


def count_undelivered_by_folder(user: AnyUser, now: datetime) -> Mapping[str, int]:
    """Return how many are in each folder of what did not arrive yet or never. One query."""
    counts = {
        name: Count("pk", filter=OUTBOX_FOLDERS[name]) for name in ("waiting", "refused", "failed")
    }
    undelivered = visible_notifications(user, now).filter(
        status__in=[NotificationStatus.WAITING, NotificationStatus.FAILED]
    )
    return undelivered.order_by().aggregate(**counts)


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
