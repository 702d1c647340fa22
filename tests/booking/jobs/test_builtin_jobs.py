"""The scheduled jobs that the core registers."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.management import call_command
from pytest_django import Settings

from booking.actions.rate_limit import RateLimit, count_use
from booking.lifecycle import Status
from booking.models import (
    Appointment,
    AppointmentEvent,
    Notification,
    RateLimitCounter,
    Role,
)
from tests.factories import (
    AppointmentFactory,
    AuditEntryFactory,
    ClinicProfileFactory,
    NotificationFactory,
)
from tests.jobs import run_all_jobs
from tests.people import browser_of, member

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]


def test_an_overdue_hold_expires_and_its_draft_is_deleted_after_a_day(
    settings: Settings,
) -> None:
    AppointmentFactory(held=True, draft='{"name": "Ana"}')
    settings.CLINIC_CLOCK += timedelta(minutes=11)
    run_all_jobs()
    hold = Appointment.objects.get()
    assert (hold.status, hold.draft) == (Status.EXPIRED, '{"name": "Ana"}')

    settings.CLINIC_CLOCK += timedelta(hours=24)
    run_all_jobs()
    assert Appointment.objects.get().draft == ""


def test_running_the_jobs_twice_changes_nothing_more(settings: Settings) -> None:
    AppointmentFactory(held=True)
    settings.CLINIC_CLOCK += timedelta(minutes=11)
    first, second = run_all_jobs(), run_all_jobs()

    assert first["expire-holds"] == 1
    assert set(second.values()) == {0}
    assert [event.kind for event in Appointment.objects.get().events.all()] == ["held", "expired"]


def test_old_counters_and_mails_are_deleted(settings: Settings) -> None:
    settings.ABUSE_LIMITS = True
    count_use(RateLimit("try", most=3), "somebody")
    NotificationFactory(status="kept", sent_at=settings.CLINIC_CLOCK, rendered="{}")
    settings.CLINIC_CLOCK += timedelta(days=31)
    run_all_jobs()

    assert RateLimitCounter.objects.count() == 0
    assert Notification.objects.get().rendered == ""


def test_what_has_ended_is_deleted_by_the_jobs(settings: Settings) -> None:
    """Not only by functions that some job may call: no flood of holds stays for ever."""
    hold = AppointmentFactory(held=True)
    AppointmentEvent.objects.create(appointment=hold, kind="held", actor_type="guest")
    browser_of(member(Role.OWNER))
    AuditEntryFactory(at=settings.CLINIC_CLOCK - timedelta(days=30 * 366))
    assert Session.objects.exists()
    Session.objects.update(expire_date=settings.CLINIC_CLOCK)
    settings.CLINIC_CLOCK += timedelta(days=31)
    ClinicProfileFactory()
    done = run_all_jobs()

    assert (done["delete-expired-holds"], done["delete-sessions"]) == (1, 1)
    assert (done["expire-holds"], done["delete-audit-entries"]) == (1, 1)
    assert (Appointment.objects.count(), AppointmentEvent.objects.count()) == (0, 0)
    assert not Session.objects.exists()


def test_the_command_prints_what_was_done(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("run_due_work")

    assert capsys.readouterr().out == "Due work: nothing.\n"
