"""The owner words the mails, tries a wording out, and says when they go."""

from collections.abc import Sequence
from uuid import uuid4

from django.db import transaction

from booking.models import ClinicProfile, Message, MessageText, User
from booking.notifications import enqueue
from booking.notifications.kinds import Kind
from booking.notifications.outbox import URGENT
from booking.notifications.rendering import render_sample
from booking.notifications.smtp import sealed_form
from booking.notifications.subjects.sample_mails import TEXT_TEST
from clinic.lib.dates import clock


def word_message(kind: Kind, *, subject: str, body: str, by: User) -> None:
    """From now on mails of this kind say this. What is rendered already stays."""
    MessageText.objects.update_or_create(
        kind=kind.name,
        defaults={
            "subject": subject, "body": body, "changed_by": by, "changed_at": clock.now(),
        },
    )  # fmt: skip


def forget_wording(kind: Kind) -> None:
    """Back to the words that the kind brings."""
    MessageText.objects.filter(kind=kind.name).delete()


def send_sample(kind: Kind, *, subject: str, body: str, to: str) -> Message:
    """Mail a wording with made-up values to the owner, through the outbox as all mails."""
    with transaction.atomic():
        message = enqueue(TEXT_TEST.name, key=f"text_test:{uuid4()}", to=to, priority=URGENT)
        message.rendered = sealed_form(render_sample(kind, subject, body))
        message.save(update_fields=["rendered"])
    return message


def choose_messages(*, hours: Sequence[int], thanks: bool) -> None:
    """When patients are reminded, and whether they are thanked. Holds for appointments that are
    booked already as well: reminders look at it when they are due."""
    ClinicProfile.objects.update(reminder_hours=list(hours), thank_you_mail=thanks)
