"""python manage.py doctor [--send-test EMAIL]: check settings, database, mail and worker."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import Error

from booking.actions.notifications.retry_mail import retry_mail_now
from booking.actions.notifications.send_test_mail import send_test_mail
from booking.doctor.database import find_database_problem
from booking.doctor.run_checks import run_checks
from booking.models import Notification
from booking.notifications.delivery import deliver_due
from booking.registries.doctor_checks import checks


class Command(BaseCommand):
    help = (
        "Check settings, files, database, mail and worker. Each problem is one sentence, with the "
        "way to mend it. Exits with 1 if there is a problem."
    )
    requires_system_checks = ()  # the problem that a system check finds would hide the others

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--send-test", metavar="EMAIL", help="send a test message there")

    def handle(self, *_args: Any, **options: Any) -> None:
        is_usable = not find_database_problem()
        possible = [check for check in checks() if is_usable or not check.needs_database]
        all_ok = True
        for result in run_checks(possible):
            self.stdout.write(f"{'ok     ' if result.is_ok else 'PROBLEM'} {result.sentence}")
            all_ok = all_ok and result.is_ok
        if skipped := len(checks()) - len(possible):
            self.stdout.write(
                f"SKIPPED {skipped} checks need the database. Mend it, and run doctor again."
            )
        elif options["send_test"]:
            all_ok = self.send_test(options["send_test"]) and all_ok
        if not all_ok:
            raise SystemExit(1)

    def send_test(self, address: str) -> bool:
        """Send a test message through the outbox. Return whether it was delivered."""
        try:
            message = send_test_mail(address)
            retry_mail_now()
            deliver_due()
            message.refresh_from_db()
        except Error as error:
            self.stdout.write(f"PROBLEM No test message can be queued ({type(error).__name__}).")
            return False
        self.stdout.write(f"test message: {message.get_status_display()} {message.problem}")
        return message.status in (Notification.Status.SENT, Notification.Status.KEPT)
