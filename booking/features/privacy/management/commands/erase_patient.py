"""python manage.py erase_patient EMAIL [--dry-run] [--yes]: erase a person for good."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.actions.actor import Actor
from booking.errors import Refusal
from booking.features.privacy.actions.erase import erase_person, is_erased, preview_erasure
from booking.features.privacy.queries.plan_text import plan_lines
from booking.models import ClinicProfile
from booking.queries.patients.person import find_person


class Command(BaseCommand):
    help = str(
        gettext_lazy("Erase what is held about a person. It first says what goes and what stays.")
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be done")
        parser.add_argument("--yes", action="store_true", help="erase without asking")

    def handle(self, *args: Any, **options: Any) -> None:
        clinic, email = ClinicProfile.current(), options["email"].strip().lower()
        if clinic is None:
            raise CommandError(_("The clinic has not been set up yet."))
        person = find_person(email)
        if is_erased(person):
            raise CommandError(_("Nobody with this address is on file."))
        for line in plan_lines(preview_erasure(person, clinic), clinic):
            self.stdout.write(line)
        if options["dry_run"]:
            return
        if not options["yes"] and not self._is_confirmed(email):
            raise CommandError(_("Nothing was erased."))
        try:
            erase_person(person, clinic, by=Actor.system())
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(_("Erased."))

    def _is_confirmed(self, email: str) -> bool:
        """Ask for the address once more. Without a terminal nothing is confirmed."""
        try:
            typed = input(_("This cannot be undone. Type the address to erase: "))
        except EOFError:
            return False
        return typed.strip().lower() == email
