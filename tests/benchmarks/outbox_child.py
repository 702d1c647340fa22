"""Fill and measure the outbox of DATABASE_URL: python -m tests.benchmarks.outbox_child SIZE PORT

Prints one line of JSON.
"""

import json
import os
import sys
import time
from datetime import timedelta

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")
django.setup()

from django.conf import settings  # noqa: E402  # needs the settings
from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402

from booking.models import Notification, Priority  # noqa: E402
from booking.notifications.delivery import deliver_due  # noqa: E402
from booking.notifications.leasing import due_ids  # noqa: E402
from clinic.lib.dates import clock  # noqa: E402

FUTURE, DONE, MEASURED = 20_000, 20_000, 300


def main(size: int, port: int) -> None:
    """Send what was queued and print the figures."""
    settings.EMAIL_URL = f"smtp://127.0.0.1:{port}"
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    call_command("migrate", verbosity=0)
    plan = fill(size)
    asked = 0

    def is_enough() -> bool:
        nonlocal asked
        asked += 1
        return asked > min(size, MEASURED)

    started, cpu = time.perf_counter(), time.process_time()
    number = deliver_due(should_stop=is_enough)["sent"]
    seconds, own = time.perf_counter() - started, time.process_time() - cpu
    figures = {"queued": size, "rate": number / seconds, "own": own / number * 1000, "plan": plan}
    sys.stdout.write(json.dumps(figures) + "\n")


def fill(size: int) -> str:
    """Queue mails; return the plan of the query for those that are due."""
    now = clock.now()

    def row(number: int, **values: object) -> Notification:
        due = now - timedelta(seconds=number % 3600)
        usual = {
            "key": f"bench:{number}", "kind": "mail_test", "data": '{"clinic": "Oak"}',
            "to_email": f"p{number}@mail.example", "to_name": "Ana Reader",
            "message_id": f"<{number}@clinic.example>", "priority": Priority.REMINDER,
            "due_at": due, "next_try_at": due, "give_up_at": now + timedelta(days=90),
        }  # fmt: skip
        return Notification(**(usual | values))

    def later(number: int) -> Notification:
        due = now + timedelta(hours=1 + number % 900)
        return row(number, due_at=due, next_try_at=due)

    later_ones, done = range(size, size + FUTURE), range(size + FUTURE, size + FUTURE + DONE)
    rows = [
        *map(row, range(size)),
        *map(later, later_ones),
        *(row(number, status="sent", sent_at=now, data="") for number in done),
    ]
    Notification.objects.bulk_create(rows, batch_size=500)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return due_ids(now, Priority.REMINDER, 20).explain()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
