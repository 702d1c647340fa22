"""python manage.py run_due_work: run the scheduled jobs that are due, for cron."""

from typing import Any

from django.core.management.base import BaseCommand

from booking.actions.jobs.job_runner import JobRunner
from clinic.lib.database_timeouts import Workload, use_timeouts


class Command(BaseCommand):
    help = "Run the scheduled jobs that are due, once each. Exits with 1 if one failed."

    def handle(self, *_: Any, **__: Any) -> None:
        use_timeouts(Workload.JOB)
        outcomes = JobRunner().run_once()
        counts = [
            f"{outcome.result} {name}" for name, outcome in outcomes.items() if outcome.result
        ]
        self.stdout.write(f"Due work: {', '.join(counts) or 'nothing'}.")
        problems = {name: outcome.problem for name, outcome in outcomes.items() if outcome.problem}
        for name, problem in problems.items():
            self.stderr.write(f"{name}: {problem}")
        if problems:
            raise SystemExit(1)
