"""The command doctor reports problems, and sends a test mail."""

from datetime import timedelta
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from pytest_django import Settings

from booking.actions.notifications.record_heartbeat import record_heartbeat
from booking.doctor.site_settings import check_keys, check_settings
from booking.features.backups.models import BackupRun
from booking.models import Notification, Role
from booking.queries.notifications.heartbeats import WORKER_NAME
from clinic.lib.dates import clock
from tests.booking.features.backups.places import add_run
from tests.booking.notifications.test_delivery import use
from tests.factories import AppointmentFactory, NotificationFactory, ScreeningFactory
from tests.people import add_recovery_codes, member
from tests.scene import make_weekday_clinic
from tests.servers.smtp import postbox

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]


@pytest.fixture(autouse=True)
def private_data(settings: Settings, tmp_path: Path) -> Path:
    """The folder of the site's data, private as pytest makes it."""
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    return tmp_path


def doctor(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    """The exit code, and what was said."""
    code = 0
    try:
        call_command("doctor", *arguments)
    except SystemExit as end:
        code = int(str(end.code))
    return code, capsys.readouterr().out


def test_a_healthy_clinic_has_no_problem(
    capsys: pytest.CaptureFixture[str], settings: Settings
) -> None:
    make_weekday_clinic()
    settings.TRUSTED_PROXIES = [ip_network("127.0.0.1")]
    add_run(BackupRun.Kind.BACKUP, timedelta(hours=5))
    record_heartbeat(WORKER_NAME, clock.now())
    with postbox() as box:
        use(settings, box.url)
        code, said = doctor(capsys, "--send-test", "owner@clinic.example")

    assert code == 0, said
    assert "PROBLEM" not in said
    assert [mail["To"] for mail in box.mails] == ["owner@clinic.example"]


def test_an_empty_clinic_without_worker_and_mail_gets_all_findings(
    capsys: pytest.CaptureFixture[str], settings: Settings
) -> None:
    settings.EMAIL_URL = ""
    code, said = doctor(capsys)

    assert code == 1
    assert "PROBLEM No clinic is set up yet." in said
    assert "PROBLEM 0 treatments can be booked." in said
    assert "PROBLEM The message worker was never seen." in said
    assert "PROBLEM EMAIL_URL is not set" in said


def test_overdue_and_undeliverable_messages_are_counted(
    capsys: pytest.CaptureFixture[str], settings: Settings
) -> None:
    NotificationFactory(due_at=clock.now() - timedelta(hours=1))
    NotificationFactory(status=Notification.Status.FAILED)
    use(settings, "smtp://127.0.0.1:9")
    code, said = doctor(capsys)

    assert code == 1
    assert "PROBLEM 1 messages are overdue." in said
    assert "PROBLEM 1 messages could not be delivered" in said
    assert "PROBLEM The mail server does not answer" in said


def weaknesses() -> list[str]:
    """The problems of settings and keys."""
    return [said for is_ok, said in (*check_settings(), *check_keys()) if not is_ok]


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"FIELD_KEYS": ["x" * 40], "LINK_KEYS": ["x" * 40]}, "FIELD_KEYS and LINK_KEYS share"),
        (
            {"SECRET_KEY_FALLBACKS": ["y" * 40], "LINK_KEYS": ["z" * 40, "y" * 40]},
            "SECRET_KEY and LINK_KEYS share a secret",
        ),
        ({"DEMO": True}, "DEMO is on at clinic.example: everybody can look up its passwords"),
        ({"ALLOWED_HOSTS": ["other.example"]}, "ALLOWED_HOSTS lacks clinic.example"),
        ({"ALLOWED_HOSTS": ["*"]}, "ALLOWED_HOSTS has a *"),
        ({"TRUSTED_PROXIES": []}, "TRUSTED_PROXIES is not set"),
    ],
)
def test_settings_that_weaken_the_site_are_named(
    settings: Settings, values: dict[str, Any], sentence: str
) -> None:
    settings.TRUSTED_PROXIES = [ip_network("127.0.0.1")]
    assert weaknesses() == []
    for name, value in values.items():
        setattr(settings, name, value)

    (said,) = weaknesses()
    assert sentence in said


def test_a_demo_on_this_machine_is_no_problem(settings: Settings) -> None:
    settings.DEMO, settings.BASE_URL = True, "http://localhost:8000"

    assert weaknesses() == []


def test_it_names_files_that_others_on_the_machine_can_read(
    capsys: pytest.CaptureFixture[str], private_data: Path
) -> None:
    (private_data / "media").mkdir()
    (private_data / "secrets.env").touch()
    (private_data / "media").chmod(0o755)
    (private_data / "secrets.env").chmod(0o644)
    _, said = doctor(capsys)

    for name in ("media", "secrets.env"):
        path = private_data / name
        assert f"PROBLEM Others on this machine can read {path}. Run: chmod -R go= {path}" in said
    assert f"can read {private_data}." not in said


def test_it_counts_what_cannot_be_decrypted(
    capsys: pytest.CaptureFixture[str], settings: Settings
) -> None:
    user = member(Role.FRONTDESK)
    add_recovery_codes(user)
    AppointmentFactory(patient_note="left knee", team_note="")
    AppointmentFactory(patient_note="", team_note="")
    ScreeningFactory()
    assert "no key in FIELD_KEYS" not in doctor(capsys)[1]
    settings.FIELD_KEYS = ["another key for the tests, long enough to pass"]
    said = doctor(capsys)[1]

    assert "PROBLEM 1 appointments have values that no key in FIELD_KEYS reads." in said
    assert "PROBLEM 1 health screenings have values" in said
    assert "PROBLEM 2 second factors have values" in said
