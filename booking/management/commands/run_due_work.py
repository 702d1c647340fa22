"""manage.py run_scheduled_jobs: one line for cron."""

from typing import Any

from django.core.management.base import BaseCommand

from booking.actions.scheduled_jobs import run_scheduled_jobs


class Command(BaseCommand):
    help = "Do what time brings: holds that ran out, reminders, retention. Safe to run twice."

    def handle(self, *_: Any, **__: Any) -> None:
        done = run_scheduled_jobs()
        words = ", ".join(f"{count} {name}" for name, count in done.items() if count)
        self.stdout.write(f"Due work: {words or 'nothing'}.")
