"""Sending a mail that tests the mail settings."""

from django.db import transaction

from booking.models import Notification
from booking.notifications.subjects.sample_mails import notify_settings_test


def send_test_mail(to: str) -> Notification:
    """Queue a test mail to this address and return it."""
    with transaction.atomic():
        return notify_settings_test(to)
