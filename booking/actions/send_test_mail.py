"""The owner tries whether mail arrives."""

from uuid import uuid4

from django.db import transaction

from booking.messages import enqueue
from booking.messages.mail_test import MAIL_TEST
from booking.messages.outbox import URGENT
from booking.models import ClinicProfile, Message


def send_test_mail(to: str) -> Message:
    """Put a test message into the outbox."""
    clinic = ClinicProfile.current()
    with transaction.atomic():
        return enqueue(
            MAIL_TEST.name,
            key=f"mail_test:{uuid4()}",
            to=to,
            data={"clinic": clinic.name if clinic else ""},
            priority=URGENT,
        )
