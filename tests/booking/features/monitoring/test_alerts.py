"""The owner is told of problems that the checks of doctor find: once, then after a week."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from pytest_django import Settings

from booking.features.monitoring.actions.alerts import update_alerts, verify_all_bookings
from booking.features.monitoring.models import Alert, BookingVerification
from booking.features.monitoring.queries.errors import check_verified_bookings
from booking.models import Notification, Role
from booking.notifications.delivery import deliver_due
from booking.notifications.rendering import render
from booking.registries import doctor_checks
from clinic.lib.dates import clock
from tests.factories import AppointmentFactory, ClinicProfileFactory, StaffRoleFactory, UserFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]


class Backups:
    """A check whose problems the tests choose."""

    def __init__(self) -> None:
        self.problems: list[str] = []

    def check(self) -> Iterator[tuple[bool, str]]:
        yield True, "There is a place for backups."
        yield from ((False, problem) for problem in self.problems)


@pytest.fixture
def backups(monkeypatch: pytest.MonkeyPatch) -> Backups:
    """The only check of which the owner is told."""
    ClinicProfileFactory(name="Oak Clinic")
    StaffRoleFactory(role=Role.OWNER, user__email="owner@clinic.example")
    StaffRoleFactory(role=Role.FRONTDESK)
    found = Backups()

    def check_backups() -> Iterator[tuple[bool, str]]:
        yield from found.check()

    def check_printer() -> Iterator[tuple[bool, str]]:
        yield False, "The printer has no paper."

    monkeypatch.setattr(doctor_checks, "_checks", [])
    doctor_checks.register(check_backups, title="Backups", is_alert=True)
    doctor_checks.register(check_printer)
    return found


def run(settings: Settings, backups: Backups, *problems: str, after: timedelta) -> int:
    """Run the job later, with these problems; return how many mails it queued."""
    settings.CLINIC_CLOCK += after
    backups.problems = [*problems]
    return update_alerts(clock.now())


OLD, OLDER = "The newest backup is 31 h old.", "The newest backup is 32 h old."
MINUTES, HOURS, DAY = timedelta(minutes=5), timedelta(hours=3), timedelta(days=1)


def test_a_problem_is_stored_and_mailed_to_the_owners_alone(
    settings: Settings, backups: Backups
) -> None:
    assert run(settings, backups, OLD, after=MINUTES) == 1
    alert, mail = Alert.objects.get(), render(Notification.objects.get())

    assert (alert.name, alert.sentences, alert.since) == ("backups", [OLD], clock.now())
    assert Notification.objects.get().to_email == "owner@clinic.example"
    assert mail.subject == "Please look at the site: Backups"
    assert OLD in mail.text
    assert "https://clinic.example/desk/monitoring/" in mail.text


def test_the_same_problem_is_mailed_again_after_a_week(
    settings: Settings, backups: Backups
) -> None:
    first = run(settings, backups, OLD, after=MINUTES)
    later = [run(settings, backups, OLDER, after=DAY) for _day in range(8)]

    assert [first, *later] == [1, 0, 0, 0, 0, 0, 0, 1, 0]


def test_new_words_are_mailed_but_only_one_mail_a_day(settings: Settings, backups: Backups) -> None:
    assert run(settings, backups, OLD, after=MINUTES) == 1
    assert run(settings, backups, OLD, "The drill failed.", after=HOURS) == 0
    assert run(settings, backups, OLD, "The drill failed.", after=DAY) == 1


def test_a_problem_that_comes_and_goes_is_mailed_once_a_day(
    settings: Settings, backups: Backups
) -> None:
    mailed = [
        run(settings, backups, *problems, after=HOURS)
        for problems in ([OLD], [], [OLD], [], [OLD], [], [], [], [], [OLD])
    ]

    assert mailed == [1, 0, 0, 0, 0, 0, 0, 0, 0, 1]
    assert run(settings, backups, after=HOURS) == 0
    assert (Alert.objects.get().sentences, Alert.objects.get().since) == ([], None)


def test_an_owner_who_has_left_gets_no_mail(settings: Settings, backups: Backups) -> None:
    StaffRoleFactory(role=Role.OWNER, user=UserFactory(is_active=False))

    assert run(settings, backups, OLD, after=MINUTES) == 1


def test_the_mail_is_delivered(settings: Settings, backups: Backups) -> None:
    settings.EMAIL_URL = "smtp://mail.example"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    run(settings, backups, OLD, after=MINUTES)

    assert deliver_due() == {"sent": 1}


def test_a_check_that_fails_is_a_problem_too(
    settings: Settings, backups: Backups, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> Iterator[tuple[bool, str]]:
        raise KeyError("a patient's name")

    monkeypatch.setattr(backups, "check", fail)
    assert run(settings, backups, after=MINUTES) == 1
    (sentence,) = Alert.objects.get().sentences
    assert "could not be carried out (KeyError" in sentence
    assert "patient" not in sentence


def test_the_nightly_job_verifies_the_bookings() -> None:
    ClinicProfileFactory()
    AppointmentFactory()
    verify_all_bookings(clock.now())
    last = BookingVerification.objects.get()

    is_ok, _sentence = next(iter(check_verified_bookings()))
    assert is_ok == (last.faults == 0)
