"""python manage.py who_saw EMAIL --from DATE --to DATE: who has seen a patient's health data?"""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from booking.models import ClinicProfile, HealthAccess
from booking.queries.health.access_log import health_accesses_by_email
from clinic.lib.dates import clock


class Command(BaseCommand):
    help = str(gettext_lazy("Every read and export of a patient's health data, a line each."))

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", metavar="EMAIL")
        parser.add_argument("--from", dest="first", required=True, type=parse_date, metavar="DATE")
        parser.add_argument("--to", dest="last", required=True, type=parse_date, metavar="DATE")

    def handle(self, *args: Any, **options: Any) -> None:
        first, last = options["first"], options["last"]
        clinic = ClinicProfile.current()
        if clinic is None:
            raise CommandError(_("The clinic has not been set up yet."))
        if last < first:
            raise CommandError(_("The last day must not be before the first."))
        since = datetime.combine(first, time(), clinic.zone)
        until = datetime.combine(last + timedelta(days=1), time(), clinic.zone)
        lines = health_accesses_by_email(options["email"], since, until)
        for line in lines:
            self.stdout.write(self._line(line, clinic))
        count = len(lines)
        sentence = ngettext("%(count)d line.", "%(count)d lines.", count)
        self.stdout.write(sentence % {"count": count})

    def _line(self, line: HealthAccess, clinic: ClinicProfile) -> str:
        """Time with offset, who, what, of which record, from where."""
        at = line.at.astimezone(clinic.zone).isoformat(timespec="seconds")
        who = line.user.email if line.user is not None else line.get_actor_type_display()
        what = f"{line.get_action_display()} {line.get_content_display()}"
        return "  ".join([at, who, what, str(line.record_id), line.ip_address or "-"])


def parse_date(text: str) -> date:
    """2026-12-01. Refused where a year would not fit into a clock."""
    day = date.fromisoformat(text)
    if not 2000 <= day.year <= clock.now().year + 100:
        raise ValueError(text)
    return day
