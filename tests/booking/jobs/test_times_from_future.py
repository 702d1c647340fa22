"""A clock that was ahead leaves leases, holds and pauses behind; a job releases them."""

from datetime import datetime, timedelta

import pytest
from django.core.management import call_command
from pytest_django import Settings

from booking.actions.jobs import times_from_future
from booking.actions.jobs.times_from_future import (
    count_times_from_future,
    release_times_from_future,
)
from booking.lifecycle import Status
from booking.models import Appointment
from booking.notifications.leasing import Queue
from booking.notifications.mail_server import MailServer, load_state
from booking.notifications.recipient_pauses import pause_recipient, paused_until
from booking.notifications.retry_delays import LONGEST_PROBE_DELAY, LONGEST_RETRY_DELAY
from clinic.lib import database_clock
from clinic.lib.database_clock import TOLERANCE, find_clock_problem
from tests.factories import (
    AppointmentFactory,
    ClinicProfileFactory,
    MailServerStateFactory,
    NotificationFactory,
)

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]
AHEAD = timedelta(days=9)


def leave_everything_behind(now: datetime) -> None:
    """Create a lease, a hold and a pause at this instant, as a worker and a browser do."""
    NotificationFactory(created_at=now)
    assert Queue().lease_next() is not None
    NotificationFactory(created_at=now)
    NotificationFactory(
        created_at=now, failed_at=now, due_at=now - AHEAD, next_try_at=now + LONGEST_RETRY_DELAY
    )
    pause_recipient("bo@mail.example", now)
    MailServerStateFactory(next_probe_at=now + LONGEST_PROBE_DELAY)
    AppointmentFactory(held=True)


def test_what_was_recorded_while_the_clock_was_ahead_is_released(
    settings: Settings, frozen_clock: datetime
) -> None:
    settings.CLINIC_CLOCK = frozen_clock + AHEAD
    leave_everything_behind(settings.CLINIC_CLOCK)
    settings.CLINIC_CLOCK = frozen_clock
    assert Queue().lease_next() is None
    assert count_times_from_future(frozen_clock) == {
        "leases of mails": 1,
        "mails to be tried again": 1,
        "mails to be sent at once": 2,
        "pauses of recipients": 1,
        "probes of the mail server": 1,
        "holds": 1,
    }

    release_times_from_future(frozen_clock)
    assert count_times_from_future(frozen_clock) == {}
    queue = Queue()
    assert len([row for row in iter(queue.lease_next, None) if row is not None]) == 3
    assert paused_until("bo@mail.example", frozen_clock) is None
    assert load_state().next_probe_at == frozen_clock
    hold = Appointment.objects.get()
    assert (hold.status, hold.hold_expires_at) == (Status.EXPIRED, frozen_clock)
    assert {event.kind for event in hold.events.all()} == {"held", "expired"}


@pytest.mark.parametrize("ahead", [timedelta(0), TOLERANCE])
def test_nothing_that_can_be_is_cut_short_even_by_a_clock_that_is_a_little_ahead(
    settings: Settings, frozen_clock: datetime, ahead: timedelta
) -> None:
    clinic = ClinicProfileFactory(hold_minutes=60)
    settings.CLINIC_CLOCK = frozen_clock + ahead
    leave_everything_behind(settings.CLINIC_CLOCK)
    AppointmentFactory(
        held=True,
        browser_key="other",
        hold_expires_at=settings.CLINIC_CLOCK + timedelta(minutes=clinic.hold_minutes),
    )
    MailServer().claim_probe()
    later = frozen_clock + timedelta(days=30)
    NotificationFactory(due_at=later)  # a reminder
    NotificationFactory(due_at=later, failed_at=frozen_clock)
    settings.CLINIC_CLOCK = frozen_clock

    assert count_times_from_future(frozen_clock) == {}
    assert release_times_from_future(frozen_clock) == 0


@pytest.mark.parametrize("is_database_right", [True, False])
def test_a_clock_that_is_behind_cuts_nothing_short_while_the_other_is_right(
    settings: Settings,
    frozen_clock: datetime,
    monkeypatch: pytest.MonkeyPatch,
    is_database_right: bool,
) -> None:
    leave_everything_behind(frozen_clock)
    behind = frozen_clock - timedelta(hours=5)
    ours, theirs = (behind, frozen_clock) if is_database_right else (frozen_clock, behind)
    settings.CLINIC_CLOCK = ours
    for module in (times_from_future, database_clock):
        monkeypatch.setattr(module, "database_now", lambda: theirs)

    assert release_times_from_future(ours) == 0
    order = "behind" if is_database_right else "ahead of"
    assert find_clock_problem() == (
        f"The clock of this machine is 18000 seconds {order} that of the database."
    )


def test_doctor_says_so(
    settings: Settings, frozen_clock: datetime, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.CLINIC_CLOCK = frozen_clock + AHEAD
    AppointmentFactory(held=True)
    settings.CLINIC_CLOCK = frozen_clock
    with pytest.raises(SystemExit):
        call_command("doctor")

    assert (
        "PROBLEM A clock was ahead: holds that end later than they can: 1. The worker releases "
        "them within a minute."
    ) in capsys.readouterr().out
