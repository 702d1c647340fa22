"""Real workers: mails are sent while jobs hang, crash or are killed."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection

from booking.models import Notification, Patient, ScheduledJob
from tests.factories import NotificationFactory
from tests.servers.smtp import Postbox, postbox

pytestmark = [
    pytest.mark.race,
    pytest.mark.postgresql,
    pytest.mark.django_db(transaction=True),
]
ROOT = Path(__file__).resolve().parents[3]
PATIENCE = 40

WORKER = """
import re, sys, os, time
from datetime import timedelta
import django
from django.conf import settings
django.setup()
from booking.actions.jobs import job_process, job_runner, job_runs
from booking.queries import jobs as job_queries
from booking.management.commands import deliver_messages, run_due_work
from booking.models import Patient
from clinic.lib import scheduled_jobs
from clinic.lib.scheduled_jobs import Job, register_job
from tests.booking.races.own_database import connect_to

database, mail, job, command = sys.argv[1:5]
connect_to(database)
settings.CLINIC_CLOCK = None
settings.EMAIL_URL = mail
settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(mail.rpartition(":")[2])
lease = timedelta(seconds=float(sys.argv[5]))
job_queries.LEASE_DURATION = job_runs.LEASE_DURATION = lease
job_runner.RENEW_SECONDS, job_runner.LOOK_SECONDS = 0.5, 0.1
job_process.POLL_SECONDS, deliver_messages.POLL_SECONDS = 0.1, 0.2

def add_patient(now):
    Patient.objects.create(name="made by a job", created_at=now)
    return 1

def hang(now):  # in C, without giving the interpreter to other threads
    re.match(r"(a+)+b", "a" * 60)

def crash(now):
    os.abort()

def slow(now):
    time.sleep(3)
    return add_patient(now)

functions = {"add": add_patient, "hang": hang, "crash": crash, "slow": slow}
scheduled_jobs._jobs.clear()
limit = timedelta(seconds={"hang": 1, "crash": 20}.get(job, 60))
register_job(Job(job, job, functions[job], interval=timedelta(days=1), time_limit=limit))
print("ready", flush=True)
if command == "loop":
    deliver_messages.Command().loop()
else:
    sys.stdin.readline()
    run_due_work.Command().handle()
"""

Start = Callable[..., "subprocess.Popen[str]"]
SHORT_LEASE, LONG_LEASE = 2, 120
"""Seconds. Short where somebody is killed; a busy machine can take longer between two steps."""


@pytest.fixture
def box() -> Iterator[Postbox]:
    with postbox() as running:
        yield running


@pytest.fixture
def start(database: str, box: Postbox) -> Iterator[Start]:
    """Start a worker with one job: `start("hang", "loop")`. It is killed after the test."""
    workers: list[subprocess.Popen[str]] = []

    def begin(job: str, command: str, lease: int = LONG_LEASE) -> "subprocess.Popen[str]":
        worker = subprocess.Popen(
            [sys.executable, "-c", WORKER, database, box.url, job, command, str(lease)],
            cwd=ROOT,
            env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        workers.append(worker)
        return worker

    connection.close()
    yield begin
    for worker in workers:
        worker.kill()
        worker.communicate()


def eventually(holds: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def queue_mail() -> None:
    """Queue mails that are due now, by the workers' clock: it is not frozen."""
    NotificationFactory.create_batch(3, kind="mail_test", data="{}", due_at=datetime.now(UTC))


def all_sent() -> bool:
    return Notification.objects.filter(status="sent").count() == Notification.objects.count()


def problem(name: str) -> str:
    return ScheduledJob.objects.filter(name=name).values_list("problem", flat=True).first() or ""


def test_mails_are_sent_while_a_job_hangs_and_the_job_is_stopped(start: Start) -> None:
    worker = start("hang", "loop")
    assert eventually(lambda: ScheduledJob.objects.filter(name="hang").exclude(lease="").exists())
    queue_mail()

    assert eventually(all_sent)
    assert eventually(lambda: "did not end within" in problem("hang"))
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(PATIENCE) == 0


def test_mails_are_sent_when_a_job_crashes_its_process(start: Start) -> None:
    start("crash", "loop")
    queue_mail()

    assert eventually(all_sent)
    assert eventually(lambda: problem("crash") == "Its process was ended by signal 6.")


def test_concurrent_runners_run_each_job_once(start: Start) -> None:
    workers = [start("add", "once") for _ in range(3)]
    for worker in workers:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "ready\n"
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    said = [worker.communicate(timeout=PATIENCE)[0] for worker in workers]

    assert Patient.objects.count() == 1
    assert sorted(said) == ["Due work: 1 add.\n"] + 2 * ["Due work: nothing.\n"]


def test_a_killed_workers_job_ends_with_it_and_another_worker_takes_it_over(start: Start) -> None:
    first = start("slow", "loop", SHORT_LEASE)
    assert eventually(lambda: ScheduledJob.objects.exclude(lease="").exists())
    first.kill()
    first.wait()
    start("slow", "loop", SHORT_LEASE)

    assert eventually(Patient.objects.exists)
    time.sleep(1)
    assert Patient.objects.count() == 1
    assert problem("slow") == "The program that ran it ended before the job did."


def test_the_process_of_the_jobs_is_started_again_when_it_is_killed(start: Start) -> None:
    worker = start("slow", "loop", SHORT_LEASE)
    assert eventually(lambda: ScheduledJob.objects.exclude(lease="").exists())
    found = subprocess.run(
        ["ps", "-o", "pid=", "--ppid", str(worker.pid)], capture_output=True, text=True, check=True
    )
    for child in found.stdout.split():
        os.kill(int(child), signal.SIGKILL)

    assert eventually(Patient.objects.exists)


def test_a_long_job_renews_its_lease(start: Start) -> None:
    for _ in range(2):
        start("slow", "loop")
    assert eventually(lambda: ScheduledJob.objects.filter(count=1).exists())

    assert Patient.objects.count() == 1
    assert ScheduledJob.objects.get().failures == 0
