"""The owner's settings of notifications: their words, a sample, and when they are sent."""

from collections.abc import Sequence

from django.db import transaction

from booking.actions.actor import Actor, ActorType
from booking.actions.audit.record import Action
from booking.actions.audit.settings import record_setting
from booking.models import ClinicProfile, Notification, NotificationText, User
from booking.notifications.kinds import NotificationKind
from booking.notifications.rendering import render_sample
from booking.notifications.subjects.sample_mails import notify_wording_sample
from clinic.lib.dates import clock


def save_notification_text(kind: NotificationKind, *, subject: str, body: str, by: User) -> None:
    """Save the owner's words of a kind. Mails that are rendered already keep the old words."""
    record_setting(f"Words of the mail {kind.name}", by=Actor(ActorType.STAFF, by))
    NotificationText.objects.update_or_create(
        kind=kind.name,
        defaults={
            "subject": subject, "body": body, "changed_by": by, "changed_at": clock.now(),
        },
    )  # fmt: skip


def reset_notification_text(kind: NotificationKind) -> None:
    """Delete the owner's words, so that the kind's default words are used again."""
    record_setting(f"Words of the mail {kind.name}", action=Action.DELETED)
    NotificationText.objects.filter(kind=kind.name).delete()


def send_sample_notification(
    kind: NotificationKind, *, subject: str, body: str, to: str
) -> Notification:
    """Queue a mail with these words and sample values to `to`, and return it."""
    with transaction.atomic():
        return notify_wording_sample(render_sample(kind, subject, body), to=to)


def set_notification_settings(
    *, hours: Sequence[int] | None = None, thanks: bool | None = None
) -> None:
    """Set how many hours before patients are reminded, and whether a thank-you mail is sent.

    What is None stays as it is. Applies to existing appointments too: reminders check the settings
    when they are due.
    """
    settings = {
        "reminder_hours": list(hours) if hours is not None else None,
        "thank_you_mail": thanks,
    }
    changes = {name: value for name, value in settings.items() if value is not None}
    record_setting("Clinic profile", fields=list(changes))
    ClinicProfile.objects.update(**changes)
