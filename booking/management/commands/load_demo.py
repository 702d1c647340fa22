"""python manage.py load_demo: fill an empty database with a demo clinic."""

from argparse import ArgumentTypeError
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.demo import (
    DEMO_PASSWORD,
    DemoSize,
    LoadSummary,
    create_demo_staff,
    list_demo_accounts,
    load_demo,
)
from booking.errors import Refusal
from booking.models import ClinicProfile
from clinic.lib.dates import clock

DEFAULT_SIZE = DemoSize()


class Command(BaseCommand):
    help = str(gettext_lazy("Fill an empty database with a demo clinic, all of it invented."))

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--therapists", type=_positive_int, default=DEFAULT_SIZE.therapists, metavar="N"
        )
        parser.add_argument("--rooms", type=_positive_int, default=DEFAULT_SIZE.rooms, metavar="N")
        parser.add_argument(
            "--patients", type=_positive_int, default=DEFAULT_SIZE.patients, metavar="N"
        )
        parser.add_argument(
            "--appointments",
            type=_positive_int,
            metavar="N",
            help=_("Default: two months back and two ahead."),
        )
        parser.add_argument("--seed", type=int, default=DEFAULT_SIZE.seed, metavar="S")
        parser.add_argument(
            "--if-empty",
            action="store_true",
            help=_("Do nothing if there is a clinic already."),
        )
        parser.add_argument(
            "--sign-ins", action="store_true", help=_("Only print how to sign in to the demo.")
        )
        parser.add_argument("--force", action="store_true", help=_("Also outside the demo."))

    def handle(self, *args: Any, **options: Any) -> None:
        if options["sign_ins"]:
            self.stdout.write(_format_accounts(), ending="")
            return
        if not (options["if_empty"] and ClinicProfile.current() is not None):
            self._load(options)
        if settings.DEMO:
            create_demo_staff()

    def _load(self, options: dict[str, Any]) -> None:
        if not settings.DEMO and not options["force"]:
            raise CommandError(
                _(
                    "This is not a demo (DEMO is not set), so no demo clinic is loaded. "
                    "If you want one here all the same, add --force."
                )
            )
        size = DemoSize(
            therapists=options["therapists"],
            rooms=options["rooms"],
            patients=options["patients"],
            appointments=options["appointments"],
            seed=options["seed"],
        )
        try:
            loaded = load_demo(size, now=clock.now())
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(_format_summary(loaded))


def _format_accounts() -> str:
    """Return how to sign in, for the terminal; empty outside the demo."""
    if not settings.DEMO:
        return ""
    lines = [f"    {email:<40}{roles}\n" for roles, email in list_demo_accounts()]
    heading = _("Sign in at %(address)s with the password %(password)s as:") % {
        "address": f"{settings.BASE_URL}/accounts/login/",
        "password": DEMO_PASSWORD,
    }
    patient = _("As a patient: ask for a code; the desk shows the mail with it.")
    return f"  {heading}\n{''.join(lines)}  {patient}\n" if lines else ""


def _format_summary(loaded: LoadSummary) -> str:
    by_status = ", ".join(
        f"{number:,} {status.label}" for status, number in loaded.appointments.most_common()
    )
    return _(
        "%(clinic)s is ready: %(therapists)s therapists, %(rooms)s rooms, "
        "%(patients)s patients and %(appointments)s appointments (%(by_status)s)."
    ) % {
        "clinic": loaded.clinic,
        "therapists": f"{loaded.therapists:,}",
        "rooms": f"{loaded.rooms:,}",
        "patients": f"{loaded.patients:,}",
        "appointments": f"{loaded.appointments.total():,}",
        "by_status": by_status,
    }


def _positive_int(text: str) -> int:
    """Parse a number of at least 1. Raises ArgumentTypeError."""
    number = int(text)
    if number < 1:
        raise ArgumentTypeError(_("must be at least 1"))
    return number
