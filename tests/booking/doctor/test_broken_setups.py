"""Each broken set-up gets one sentence that says what is wrong and how to mend it."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from ipaddress import ip_network
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

import pytest
from django.core.management import call_command
from django.db import NotSupportedError, OperationalError, connection, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.test import override_settings
from pytest_django import Settings

from booking.actions.notifications.record_heartbeat import record_heartbeat
from booking.doctor import files
from booking.doctor.run_checks import CheckResult, run_checks
from booking.features.backups.models import BackupRun
from booking.models import ScheduledJob, ScreeningSignature
from booking.queries.notifications.heartbeats import WORKER_NAME
from booking.registries import doctor_checks
from clinic.lib import database_clock, database_probe
from clinic.lib.dates import clock
from tests.booking.features.backups.places import add_run
from tests.clinic.test_health_checks import read_only
from tests.factories import AppointmentFactory, ArticleFactory
from tests.scene import make_weekday_clinic

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("frozen_clock"),
    pytest.mark.postgresql,
]
HASHED = "clinic.styles.bundling.BundlingStaticFilesStorage"
PLAIN = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
FILES = {"BACKEND": "django.core.files.storage.FileSystemStorage"}


@dataclass(frozen=True)
class Site:
    """What a case breaks: the settings, and the folder of the site's data."""

    settings: Settings
    folder: Path
    patch: pytest.MonkeyPatch


Break = Callable[[Site], object]


@pytest.fixture
def site(settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Site:
    """A site in which everything is in order."""
    settings.DATA_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    settings.TRUSTED_PROXIES = [ip_network("127.0.0.1")]
    settings.EMAIL_URL = "smtp://mail.example"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    make_weekday_clinic()
    AppointmentFactory(patient_note="left knee", team_note="")
    add_run(BackupRun.Kind.BACKUP, timedelta(hours=5))
    record_heartbeat(WORKER_NAME, clock.now())
    return Site(settings, tmp_path, monkeypatch)


def problems() -> list[CheckResult]:
    return [result for result in run_checks(doctor_checks.checks()) if not result.is_ok]


def set_to(**values: object) -> Break:
    def change(site: Site) -> None:
        for name, value in values.items():
            setattr(site.settings, name, value)

    return change


def not_collected(site: Site) -> None:
    site.settings.STORAGES = {"default": FILES, "staticfiles": {"BACKEND": HASHED}}
    site.settings.STATIC_ROOT = site.folder / "static"


def unwritable_media(site: Site) -> None:
    (site.folder / "file").touch(mode=0o600)
    set_to(
        STORAGES={"default": FILES, "staticfiles": PLAIN}, MEDIA_ROOT=site.folder / "file" / "media"
    )(site)


def readable_folder(site: Site) -> None:
    site.folder.chmod(0o755)


def other_account(site: Site) -> None:
    site.patch.setattr(files, "os", SimpleNamespace(geteuid=lambda: 4711))


def nearly_full(site: Site) -> None:
    disk = SimpleNamespace(disk_usage=lambda _path: SimpleNamespace(free=212_000_000))
    site.patch.setattr(files, "shutil", disk)


def dead_cache(site: Site) -> None:
    site.settings.CACHES = {
        **site.settings.CACHES,
        "default": {"BACKEND": "tests.booking.doctor.broken.DeadCache"},
    }


def full_disk(site: Site) -> None:
    """The write is refused as a full disk refuses it."""
    site.patch.setattr("booking.doctor.database.find_write_problem", lambda: database_probe.FULL)


def fast_clock(site: Site) -> None:
    ahead = clock.now() + timedelta(hours=1)
    site.patch.setattr(database_clock, "database_now", lambda: ahead)


def old_time_zones(site: Site) -> None:
    site.patch.setattr("booking.doctor.work.version", lambda _name: "2023.3")


def failing_job(site: Site) -> None:
    ScheduledJob.objects.update_or_create(
        name="expire-holds",
        defaults={"failures": 4, "problem": "A fault.", "next_run_at": clock.now()},
    )


def old_backup(site: Site) -> None:
    BackupRun.objects.update(started_at=clock.now() - timedelta(days=3))


def overdue_review(site: Site) -> None:
    ArticleFactory(review_due=date(2026, 11, 1))


def unsigned(site: Site) -> None:
    ScreeningSignature.objects.all().delete()


def newer_database(_site: Site) -> None:
    MigrationRecorder(connection).record_applied("booking", "9999_from_the_future")


def silent_worker(site: Site) -> None:
    site.settings.CLINIC_CLOCK += timedelta(minutes=5)


def heartbeat_from_future(site: Site) -> None:
    record_heartbeat(WORKER_NAME, clock.now() + timedelta(days=9))


NO_MAIL = "django.core.mail.backends.console.EmailBackend"
NEW_KEY = "another key for the tests, long enough to pass"
SHARED = "one secret that is used for everything, too long"
CASES: dict[str, tuple[Break, str, str]] = {
    "static files not collected": (not_collected, "not collected", "manage.py collectstatic"),
    "dead Redis": (dead_cache, "The cache does not answer (ConnectionError)", "CACHE_URL"),
    "no own host": (
        set_to(ALLOWED_HOSTS=["other.example"]), "ALLOWED_HOSTS lacks clinic.example", "Add it",
    ),
    "any host": (set_to(ALLOWED_HOSTS=["*"]), "ALLOWED_HOSTS has a *", "set it to"),
    "no proxies": (set_to(TRUSTED_PROXIES=[]), "TRUSTED_PROXIES is not set", "Set it to"),
    "MEDIA_ROOT unwritable": (unwritable_media, "Nothing can be saved in MEDIA_ROOT", "give it to"),
    "one secret for two": (
        set_to(FIELD_KEYS=[SHARED, "tests-only-field-key-abcdefghijklmnopqrstuvwxyz"],
               LINK_KEYS=[SHARED]),
        "FIELD_KEYS and LINK_KEYS share a secret", "Make another one",
    ),
    "mails to the terminal": (
        set_to(EMAIL_URL="console://", EMAIL_BACKEND=NO_MAIL), "no mail reaches anybody", "smtp://",
    ),
    "no mail server": (set_to(EMAIL_URL=""), "EMAIL_URL is not set", "smtp://"),
    "nonsense From": (
        set_to(DEFAULT_FROM_EMAIL="Our Clinic"), "no mail server takes", "clinic@example.com",
    ),
    "From at this machine": (
        set_to(DEFAULT_FROM_EMAIL="clinic@localhost"), "no mail server takes", "such as",
    ),
    "password in the open": (
        set_to(EMAIL_HOST_USER="clinic", EMAIL_HOST="mail.example"), "without encryption",
        "?tls=True",
    ),
    "demo in production": (set_to(DEMO=True), "DEMO is on at clinic.example", "Remove DEMO"),
    "debug": (set_to(DEBUG=True), "This runs as DEBUG", "Remove DEBUG"),
    "BASE_URL with a path": (
        set_to(BASE_URL="https://clinic.example/massage"), "BASE_URL has more than a host",
        "Set it to https://clinic.example",
    ),
    "FIELD_KEYS replaced": (
        set_to(FIELD_KEYS=[NEW_KEY]), "no key in FIELD_KEYS reads", "Add it to the end",
    ),
    "readable data": (readable_folder, "Others on this machine can read", "chmod -R go="),
    "another account": (other_account, "belongs to another account", "account of the site"),
    "nearly full disk": (nearly_full, "212 MB left: nearly full", "Make room"),
    "full disk": (full_disk, "The disk of the database is full", "Make room"),
    "upgraded by a newer version": (
        newer_database, "1 migrations that this version does not know", "Install the newer version",
    ),
    "no worker": (silent_worker, "was last seen", "manage.py deliver_messages"),
    "heartbeat from the future": (heartbeat_from_future, "in the future", "deliver_messages"),
    "failing job": (failing_job, "failed 4 times in a row", "/desk/jobs/"),
    "old backup": (old_backup, "The newest backup is 3 days old", "Make one every day"),
    "unsigned questions": (unsigned, "No clinician has signed", "read and sign them"),
    "overdue review": (overdue_review, "1 article was to be reviewed again by", "a later day"),
    "clocks differ": (fast_clock, "behind that of the database", "time server"),
    "old time zones": (old_time_zones, "time zones are of 2023.3", "--upgrade tzdata"),
}  # fmt: skip


def test_a_site_in_order_has_no_problem(site: Site) -> None:
    assert problems() == []


@pytest.mark.parametrize("name", CASES)
def test_a_broken_setup_has_one_sentence_and_a_way_to_mend_it(site: Site, name: str) -> None:
    break_it, what, how = CASES[name]
    break_it(site)
    (found,) = problems()

    assert what in found.sentence
    assert how in found.sentence
    assert "could not be carried out" not in found.sentence
    assert "\n" not in found.sentence


def doctor(capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as ended:
        call_command("doctor")
    assert ended.value.code == 1
    return capsys.readouterr().out


@contextmanager
def connection_raises(error: Exception) -> Iterator[None]:
    """Let every query fail, as a database does that is away."""
    with patch.object(BaseDatabaseWrapper, "cursor", side_effect=error):
        yield


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (
            OperationalError('connection to server at "127.0.0.1" failed: Connection refused\n'),
            "Connection refused" if connection.vendor == "postgresql" else "cannot be opened",
        ),
        (
            NotSupportedError("PostgreSQL 14 or later is required (found 13.9)."),
            "too old for this program: PostgreSQL 14 or later is required (found 13.9). Upgrade it",
        ),
    ],
)
def test_without_a_database_the_other_checks_run(
    site: Site, capsys: pytest.CaptureFixture[str], error: Exception, sentence: str
) -> None:
    site.settings.TRUSTED_PROXIES = []
    with connection_raises(error):
        said = doctor(capsys)

    assert sentence in said
    assert "PROBLEM TRUSTED_PROXIES is not set" in said
    assert "ok      The mail server answers." in said
    assert "checks need the database. Mend it, and run doctor again." in said
    assert said.count("PROBLEM") == 2


def test_a_database_that_is_not_migrated_says_what_to_run(
    site: Site, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("booking.doctor.database.missing_migrations", lambda: [1, 2])
    said = doctor(capsys)

    assert "PROBLEM The database lacks 2 migrations. Run: manage.py upgrade" in said
    assert said.count("PROBLEM") == 1


def test_a_read_only_database_is_named(site: Site) -> None:
    with transaction.atomic():
        with read_only():
            sentences = [result.sentence for result in problems()]
        transaction.set_rollback(True)  # ends it

    assert any(
        "The database is read-only." in said and "make it writable" in said for said in sentences
    )


def test_a_check_that_fails_says_so_and_the_others_run(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check_reader() -> Iterator[tuple[bool, str]]:
        yield True, "It has power."
        raise KeyError("the name of a patient")

    def check_printer() -> Iterator[tuple[bool, str]]:
        yield False, "The printer has no paper. Add some."

    monkeypatch.setattr(doctor_checks, "_checks", [])
    doctor_checks.register(check_reader, title="The card reader")
    doctor_checks.register(check_printer)
    failed, printer = problems()

    assert failed.sentence.startswith(
        "The check “The card reader” could not be carried out (KeyError at tests.booking.doctor."
    )
    assert "patient" not in failed.sentence
    assert printer.sentence == "The printer has no paper. Add some."


def test_the_mail_server_is_named_when_it_refuses_the_sign_in(site: Site) -> None:
    backend = "tests.booking.doctor.broken.RefusingBackend"
    with override_settings(EMAIL_BACKEND=backend):
        (found,) = problems()

    assert found.sentence.startswith("The mail server does not accept our sign-in. Check user")


def test_jobs_that_nobody_runs_are_named(site: Site) -> None:
    late = clock.now() - timedelta(hours=1)
    ScheduledJob.objects.update_or_create(name="expire-holds", defaults={"next_run_at": late})
    (found,) = problems()

    assert found.sentence.startswith("1 scheduled jobs are overdue, such as “Mark holds that ran")
    assert found.check.is_alert
