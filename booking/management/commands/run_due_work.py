"""manage.py run_due_work: one line for cron."""

from typing import Any

from django.core.management.base import BaseCommand

from booking.actions.scheduled_jobs import run_due_work


class Command(BaseCommand):
    help = "Do what time brings: holds that ran out, reminders, retention. Safe to run twice."

    def handle(self, *_: Any, **__: Any) -> None:
        done = run_due_work()
        words = ", ".join(f"{count} {name}" for name, count in done.items() if count)
        self.stdout.write(f"Due work: {words or 'nothing'}.")
