"""The owner tries whether mail arrives."""

from uuid import uuid4

from django.db import transaction

from booking.models import ClinicProfile, Notification
from booking.notifications import enqueue
from booking.notifications.outbox import PRIORITY_URGENT
from booking.notifications.subjects.sample_mails import SETTINGS_TEST


def send_test_mail(to: str) -> Notification:
    """Put a test message into the outbox."""
    clinic = ClinicProfile.current()
    with transaction.atomic():
        return enqueue(
            SETTINGS_TEST.name,
            key=f"mail_test:{uuid4()}",
            to=to,
            data={"clinic": clinic.name if clinic else ""},
            priority=PRIORITY_URGENT,
        )
