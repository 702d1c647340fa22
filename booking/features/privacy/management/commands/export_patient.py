"""python manage.py export_patient EMAIL [--output FILE]: all that is held about a person."""

import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from booking.actions.actor import Actor
from booking.actions.patients.export_data import export_person
from booking.models import ClinicProfile
from booking.queries.patients.export_parts import email_parts
from booking.queries.patients.person import find_person
from clinic.lib.dates import clock
from clinic.lib.private_files import write_new_private_file


class Command(BaseCommand):
    help = str(
        gettext_lazy("Write everything held about a person to a ZIP file that only you can read.")
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument(
            "--output", type=Path, metavar="FILE", help="default: patient-data-DATE.zip here"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        clinic = ClinicProfile.current()
        if clinic is None:
            raise CommandError(_("The clinic has not been set up yet."))
        person = find_person(options["email"])
        if not person and not any(any(part.rows(options["email"])) for part in email_parts()):
            raise CommandError(_("Nothing is held under this address."))
        day = clinic.today(clock.now()).isoformat()
        path: Path = options["output"] or Path(f"patient-data-{day}.zip")
        if path.exists():
            raise CommandError(_("%(path)s is there already.") % {"path": path})
        content = export_person(person, clinic, by=Actor.system())
        try:
            write_new_private_file(path, content)
        except OSError as error:
            reason = os.strerror(error.errno or 0)
            raise CommandError(
                _("%(path)s cannot be written: %(reason)s.") % {"path": path, "reason": reason}
            ) from error
        records = len(person.records)
        sentence = ngettext(
            "%(count)d record in %(path)s.", "%(count)d records in %(path)s.", records
        )
        self.stdout.write(sentence % {"count": records, "path": path})
