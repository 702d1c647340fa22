"""python manage.py run_due_work: run the scheduled jobs once, for cron."""

from typing import Any

from django.core.management.base import BaseCommand

from booking.actions.scheduled_jobs import run_scheduled_jobs


class Command(BaseCommand):
    help = "Run the scheduled jobs: expire holds, queue reminders, delete old data. Safe to repeat."

    def handle(self, *_: Any, **__: Any) -> None:
        done = run_scheduled_jobs()
        counts = ", ".join(f"{count} {name}" for name, count in done.items() if count)
        self.stdout.write(f"Due work: {counts or 'nothing'}.")
