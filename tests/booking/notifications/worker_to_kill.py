"""A worker that delivers messages until it is killed, with short leases and delays."""

from datetime import timedelta

from django.conf import settings

from booking.notifications import delivery, leasing, retry_delays
from tests.booking.races.own_database import connect_to


def deliver_for_ever(database: str, url: str) -> None:
    """Send what is due in that database to the mail server at this smtp:// address."""
    connect_to(database)
    settings.EMAIL_URL = url
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(url.rpartition(":")[2])
    settings.EMAIL_TIMEOUT = 1
    leasing.LEASE_MARGIN = timedelta(seconds=0.5)
    retry_delays.INITIAL_RETRY_DELAY = timedelta(seconds=0.2)
    while True:
        delivery.deliver_due()
