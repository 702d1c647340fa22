"""A mail server that answers as a test wants, and helpers to deliver to it for a while."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models import Min
from pytest_django import Settings

from booking.models import MailServerState, Notification
from booking.notifications.delivery import deliver_due
from booking.notifications.mail_server import load_state
from tests.booking.notifications.test_delivery import message, use
from tests.factories import AppointmentFactory
from tests.servers.smtp import Postbox, postbox


@pytest.fixture
def server(settings: Settings) -> Iterator[Postbox]:
    with postbox() as box:
        use(settings, box.url)
        yield box


def to_patients(number: int, **values: Any) -> list[Notification]:
    """Notifications to different patients about their appointments."""
    return [
        message(
            to_email=f"p{n}@mail.example",
            appointment=AppointmentFactory(patient__email=f"p{n}@mail.example"),
            **values,
        )
        for n in range(number)
    ]


def state() -> MailServerState:
    return load_state()


def deliver_for(settings: Settings, minutes: int) -> Counter[str]:
    """Deliver whenever something is due in these minutes, and add up the outcomes."""
    outcomes: Counter[str] = Counter()
    until = settings.CLINIC_CLOCK + timedelta(minutes=minutes)
    while (due := next_due()) is not None and due <= until:
        settings.CLINIC_CLOCK = max(due, settings.CLINIC_CLOCK + timedelta(seconds=1))
        outcomes += deliver_due()
    settings.CLINIC_CLOCK = until
    return outcomes + deliver_due()


def next_due() -> datetime | None:
    """Return when a worker has something to do next."""
    first = Notification.objects.waiting().aggregate(first=Min("next_try_at"))["first"]
    return first and max(first, state().next_probe_at or first)
