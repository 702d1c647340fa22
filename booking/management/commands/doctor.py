"""python manage.py doctor [--send-test EMAIL]: check settings, database, mail and worker."""

from argparse import ArgumentParser
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import get_connection
from django.core.management.base import BaseCommand
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http.request import validate_host
from django.utils.translation import gettext_lazy as _

from booking.access.second_factor import count_unreadable_secrets
from booking.actions.jobs.times_from_future import count_times_from_future
from booking.actions.notifications.retry_mail import retry_mail_now
from booking.actions.notifications.send_test_mail import send_test_mail
from booking.models import ClinicProfile, Notification
from booking.notifications.delivery import deliver_due
from booking.notifications.mail_alarm import load_mail_alarm
from booking.queries.appointments.held_calendar import find_held_calendar
from booking.queries.availability.openings import OPENING_DAYS
from booking.queries.catalogue import bookable_treatments
from booking.queries.jobs import job_states
from booking.queries.notifications.heartbeats import (
    count_overdue_notifications,
    find_worker_problem,
)
from booking.registries import doctor_checks
from clinic.lib.crypto.unreadable import count_unreadable
from clinic.lib.database_clock import find_clock_problem
from clinic.lib.database_probe import find_write_problem
from clinic.lib.dates import clock
from clinic.lib.files.pdf import pdf_problem
from clinic.lib.private_files import accessible_to_others
from clinic.lib.sqlite import journal_mode

SECRETS_FILE = "secrets.env"
"""The file with the demo's secrets, in DATA_DIR."""

LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")
"""Where a demo can be reached from this machine only."""

DoctorCheck = tuple[bool, str]


class Command(BaseCommand):
    help = "Check settings, database, mail and worker, and say what is wrong or missing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--send-test", metavar="EMAIL", help="send a test message there")

    def handle(self, *_args: Any, **options: Any) -> None:
        all_ok = True
        for is_ok, sentence in run_checks():
            self.stdout.write(f"{'ok     ' if is_ok else 'PROBLEM'} {sentence}")
            all_ok = all_ok and is_ok
        if options["send_test"]:
            all_ok = self.send_test(options["send_test"]) and all_ok
        if not all_ok:
            raise SystemExit(1)

    def send_test(self, address: str) -> bool:
        """Send a test message through the outbox. Return whether it was delivered."""
        message = send_test_mail(address)
        retry_mail_now()
        deliver_due()
        message.refresh_from_db()
        self.stdout.write(f"test message: {message.get_status_display()} {message.problem}")
        return message.status in (Notification.Status.SENT, Notification.Status.KEPT)


def run_checks() -> Iterator[DoctorCheck]:
    """Yield the result of every check: whether it is ok, and a sentence."""
    yield from check_settings()
    yield from check_files()
    yield from check_pdf_files()
    try:
        yield from check_database()
        yield from check_clinic()
        yield from check_notifications()
        yield from check_jobs()
        yield from check_encrypted_values()
        yield from check_held_calendar()
        yield from check_clocks()
        for check in doctor_checks.checks():
            yield from check()
    except DatabaseError as error:
        yield False, f"The database does not answer ({type(error).__name__})."
    yield check_mail_server()


def check_settings() -> Iterator[DoctorCheck]:
    mode = "the demo" if settings.DEMO else "DEBUG" if settings.DEBUG else "production"
    yield not settings.DEBUG, f"This runs as {mode}, at {settings.BASE_URL}."
    host = urlsplit(settings.BASE_URL).hostname or ""
    if settings.DEMO and host not in LOCAL_HOSTS:
        yield (
            False,
            f"DEMO is on at {host}: everybody can look up its passwords, and the second factor is "
            "optional. Remove DEMO from the environment.",
        )
    if not settings.DEMO and not validate_host(host, settings.ALLOWED_HOSTS):
        yield False, f"ALLOWED_HOSTS lacks {host}, the host of BASE_URL: every page is a 400."
    if "*" in settings.ALLOWED_HOSTS:
        yield False, "ALLOWED_HOSTS has a *: set it to the names of this site."
    yield from check_secrets()
    if not settings.DEMO and not settings.DEBUG and not settings.TRUSTED_PROXIES:
        yield (
            False,
            "TRUSTED_PROXIES is not set: all visitors seem to have the address of the proxy and "
            "share its limits. Set it to that address, such as 127.0.0.1.",
        )
    if len(settings.FIELD_KEYS) > 1:
        yield True, "Several FIELD_KEYS are set: the first encrypts, the others still read."


def check_secrets() -> Iterator[DoctorCheck]:
    """Yield whether one secret is used for two purposes: whoever learns it would learn both."""
    uses = {
        "SECRET_KEY": {settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS},
        "FIELD_KEYS": set(settings.FIELD_KEYS),
        "LINK_KEYS": set(settings.LINK_KEYS),
    }
    for (name, values), (other, others) in combinations(uses.items(), 2):
        if values & others:
            yield False, f"{name} and {other} share a secret. Make another one for one of them."


def check_files() -> Iterator[DoctorCheck]:
    """Yield a warning if other users of this machine can read the site's files."""
    data = Path(settings.DATA_DIR)
    found = [data, data / SECRETS_FILE, Path(settings.MEDIA_ROOT)]
    if connection.vendor == "sqlite":
        database = str(connection.settings_dict["NAME"])
        found += [Path(f"{database}{suffix}") for suffix in ("", "-journal", "-wal", "-shm")]
    for path in accessible_to_others(found):
        yield False, f"Others on this machine can read {path}. Run: chmod -R go= {path}"
    yield True, f"New files are private. The data is in {data}."


def check_pdf_files() -> Iterator[DoctorCheck]:
    """Yield whether receipts can be made as PDF files. If not, it is a note and not a problem."""
    problem = pdf_problem()
    without = f"No receipts as PDF files, patients print the page: {problem}"
    yield True, without if problem else "Receipts can be made as PDF files."


def check_encrypted_values() -> Iterator[DoctorCheck]:
    """Yield, by table, the number of values that cannot be decrypted."""
    unreadable = [(model._meta.verbose_name_plural, rows) for model, rows in count_unreadable()]
    unreadable.append((_("second factors"), count_unreadable_secrets()))
    for name, rows in unreadable:
        if rows:
            yield (
                False,
                f"{rows} {name} have values that no key in FIELD_KEYS reads. Is an older key "
                "missing?",
            )
    yield True, "Encrypted values were read."


def check_database() -> Iterator[DoctorCheck]:
    plan = _unapplied_migrations()
    yield not plan, "The database is up to date." if not plan else "Run: manage.py migrate"
    problem = find_write_problem()
    yield not problem, problem or "The database can save."
    if connection.vendor == "sqlite":
        yield True, f"SQLite, with the {journal_mode()} journal."


def check_clinic() -> Iterator[DoctorCheck]:
    clinic = ClinicProfile.current()
    yield clinic is not None, f"The clinic is {clinic}." if clinic else "No clinic is set up yet."
    treatments = len(bookable_treatments())
    yield treatments > 0, f"{treatments} treatments can be booked."


def check_notifications() -> Iterator[DoctorCheck]:
    now = clock.now()
    problem = find_worker_problem(now)
    yield (
        not problem,
        f"{problem} Start: manage.py deliver_messages --loop"
        if problem
        else "The worker is alive.",
    )
    overdue, failed = count_overdue_notifications(now), Notification.objects.undeliverable().count()
    yield overdue == 0, f"{overdue} messages are overdue."
    yield failed == 0, f"{failed} messages could not be delivered; the desk shows them."
    yield from check_mail_queue()


def check_mail_queue() -> Iterator[DoctorCheck]:
    """Yield whether the mail server takes our mails, and single mails that it refuses."""
    now = clock.now()
    alarm = load_mail_alarm(now)
    if alarm is not None:
        yield (
            False,
            f"No mails are sent since {alarm.since:%Y-%m-%d %H:%M} UTC: {alarm.waiting} wait, none "
            f"is lost. {alarm.meaning} It said: {alarm.reply!r}. {alarm.advice} The next try is at "
            f"{alarm.next_try_at:%H:%M:%S} UTC; the desk has a button to try again now.",
        )
    refused = Notification.objects.refused().count() if alarm is None else 0
    yield refused == 0, f"{refused} messages are refused by the mail server; the desk shows them."


def check_jobs() -> Iterator[DoctorCheck]:
    now = clock.now()
    states = job_states(now)
    for state in states:
        if state.is_failing and state.row is not None:
            yield (
                False,
                f"The job “{state.title}” failed {state.row.failures} times in a row: "
                f"{state.row.problem}",
            )
    late = [str(state.title) for state in states if state.is_late]
    if late:
        yield False, f"{len(late)} scheduled jobs are overdue, such as “{late[0]}”."
    yield True, f"{len(states)} scheduled jobs are registered."


def check_held_calendar() -> Iterator[DoctorCheck]:
    """Yield a warning if holds of visitors take a large share of the calendar."""
    clinic, now = ClinicProfile.current(), clock.now()
    held = find_held_calendar(clinic, now) if clinic is not None else None
    if held is not None:
        yield (
            False,
            f"Visitors without an appointment hold {held.percent}% of the times of the next "
            f"{OPENING_DAYS} days: {held.holds} times, from {held.networks} networks, since "
            f"{held.since:%Y-%m-%d %H:%M} UTC.",
        )
    else:
        yield True, "The calendar is not being held by visitors."


def check_clocks() -> Iterator[DoctorCheck]:
    """Yield whether the clocks of machine and database agree, and how many times are in the
    future."""
    problem = find_clock_problem()
    yield not problem, problem or "The clocks of this machine and of the database agree."
    for name, count in count_times_from_future(clock.now()).items():
        yield (
            False,
            f"A clock was ahead: {name} that end later than they can: {count}. The worker releases "
            "them within a minute.",
        )


def check_mail_server() -> DoctorCheck:
    if not settings.EMAIL_URL:
        return settings.DEMO, "EMAIL_URL is not set: mails are kept here and nobody gets them."
    mail = get_connection()
    try:
        mail.open()
        mail.close()
    except OSError as error:
        return False, f"The mail server does not answer ({type(error).__name__})."
    return True, "The mail server answers."


def _unapplied_migrations() -> list[Any]:
    executor = MigrationExecutor(connection)
    return list(executor.migration_plan(executor.loader.graph.leaf_nodes()))
