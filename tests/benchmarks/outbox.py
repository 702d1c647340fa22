"""Measure how many mails a worker sends a second: python -m tests.benchmarks.outbox.

For each database and each number of queued mails: one worker sends up to MEASURED mails to a
local mail server in a process of its own, beside FUTURE reminders that are not due and DONE mails
that are sent. Prints the plan of the query that finds due mails.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import django

SIZES = (10, 1_000, 10_000)
FUTURE, DONE, MEASURED = 20_000, 20_000, 300
SERVER = """
import sys, time
from tests.servers.smtp import postbox
with postbox() as box:
    print(box.port, flush=True)
    sys.stdin.read()
"""


def child(size: int, port: int) -> None:
    """Fill and measure the database of DATABASE_URL; print one line of JSON."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
    django.setup()
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    from booking.notifications import delivery  # noqa: PLC0415

    settings.EMAIL_URL = f"smtp://127.0.0.1:{port}"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    call_command("migrate", verbosity=0)
    plan = fill(size)
    measured = min(size, MEASURED)
    sent = 0

    def enough() -> bool:
        nonlocal sent
        sent += 1
        return sent > measured

    started, cpu = time.perf_counter(), time.process_time()
    outcomes = delivery.deliver_due(should_stop=enough)
    seconds, own = time.perf_counter() - started, time.process_time() - cpu
    number = outcomes["sent"]
    figures = {
        "queued": size, "sent": number, "rate": number / seconds,
        "own": own / number * 1000, "plan": plan,
    }  # fmt: skip
    print(json.dumps(figures))


def fill(size: int) -> str:
    """Queue mails of all priorities; return the plan of the query for those that are due."""
    from django.db import connection  # noqa: PLC0415

    from booking.models import Notification, Priority  # noqa: PLC0415
    from booking.notifications.leasing import due_ids  # noqa: PLC0415
    from clinic.lib.dates import clock  # noqa: PLC0415

    now = clock.now()

    def row(number: int, **values: object) -> Notification:
        due = values.pop("due_at", now - timedelta(seconds=number % 3600))
        return Notification(
            **{
                "key": f"bench:{number}", "kind": "mail_test", "data": '{"clinic": "Oak"}',
                "to_email": f"p{number}@mail.example", "to_name": "Ana Reader",
                "message_id": f"<{number}@clinic.example>", "priority": Priority.REMINDER,
                "due_at": due, "next_try_at": due, "give_up_at": now + timedelta(days=90),
            } | values
        )  # fmt: skip

    later = range(size, size + FUTURE)
    done = range(size + FUTURE, size + FUTURE + DONE)
    Notification.objects.bulk_create(
        [
            *(row(number) for number in range(size)),
            *(row(n, due_at=now + timedelta(hours=1 + n % 900)) for n in later),
            *(row(n, status="sent", sent_at=now, data="") for n in done),
        ],
        batch_size=500,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return due_ids(now, Priority.REMINDER, 20).explain()


def main() -> None:
    from tests.benchmarks.__main__ import postgresql, sqlite  # noqa: PLC0415
    from tests.servers.postgres import exit_on_sigterm, find_binaries  # noqa: PLC0415

    exit_on_sigterm()
    databases: dict[str, Callable[[], AbstractContextManager[str]]] = {"SQLite": sqlite}
    if find_binaries() is not None:
        databases["PostgreSQL"] = postgresql
    for name, database in databases.items():
        for size in SIZES:
            with database() as url:
                figures = measure(url, size)
            print(
                f"{name:<11}{figures['queued']:>7,} queued{figures['rate']:>8,.0f} mails/s"
                f"{figures['own']:>7.1f} ms of own work each, load {os.getloadavg()[0]:.1f}",
                flush=True,
            )
        print(figures["plan"], flush=True)


def measure(url: str, size: int) -> dict[str, object]:
    """Return the figures of a new database with `size` queued mails."""
    server = subprocess.Popen(
        [sys.executable, "-c", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert server.stdin is not None
    assert server.stdout is not None
    try:
        port = server.stdout.readline().strip()
        command = [sys.executable, "-m", "tests.benchmarks.outbox", str(size), port]
        environment = os.environ | {"DATABASE_URL": url}
        done = subprocess.run(
            command, env=environment, stdout=subprocess.PIPE, text=True, check=True
        )
    finally:
        server.stdin.close()
        server.wait()
    figures: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return figures


if __name__ == "__main__":
    if len(sys.argv) > 1:
        child(int(sys.argv[1]), int(sys.argv[2]))
    else:
        main()
