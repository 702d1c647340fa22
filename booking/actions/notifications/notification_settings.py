"""The owner words the mails, tries a wording out, and says when they go."""

from collections.abc import Sequence
from uuid import uuid4

from django.db import transaction

from booking.models import ClinicProfile, Notification, NotificationText, User
from booking.notifications import enqueue
from booking.notifications.kinds import NotificationKind
from booking.notifications.outbox import PRIORITY_URGENT
from booking.notifications.rendering import render_sample
from booking.notifications.smtp import mail_to_json
from booking.notifications.subjects.sample_mails import WORDING_TEST
from clinic.lib.dates import clock


def save_notification_text(kind: NotificationKind, *, subject: str, body: str, by: User) -> None:
    """From now on mails of this kind say this. What is rendered already stays."""
    NotificationText.objects.update_or_create(
        kind=kind.name,
        defaults={
            "subject": subject, "body": body, "changed_by": by, "changed_at": clock.now(),
        },
    )  # fmt: skip


def reset_notification_text(kind: NotificationKind) -> None:
    """Back to the words that the kind brings."""
    NotificationText.objects.filter(kind=kind.name).delete()


def send_sample_notification(
    kind: NotificationKind, *, subject: str, body: str, to: str
) -> Notification:
    """Mail a wording with made-up values to the owner, through the outbox as all mails."""
    with transaction.atomic():
        message = enqueue(
            WORDING_TEST.name, key=f"text_test:{uuid4()}", to=to, priority=PRIORITY_URGENT
        )
        message.rendered = mail_to_json(render_sample(kind, subject, body))
        message.save(update_fields=["rendered"])
    return message


def set_notification_settings(*, hours: Sequence[int], thanks: bool) -> None:
    """When patients are reminded, and whether they are thanked. Holds for appointments that are
    booked already as well: reminders look at it when they are due."""
    ClinicProfile.objects.update(reminder_hours=list(hours), thank_you_mail=thanks)
