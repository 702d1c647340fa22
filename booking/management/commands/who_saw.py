"""python manage.py who_saw EMAIL --from DATE --to DATE: print the audit trail of a patient."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from booking.models import AuditEntry, ClinicProfile
from booking.queries.audit.entries import entries_about_patient
from clinic.lib.dates import clock


class Command(BaseCommand):
    help = str(gettext_lazy("Print who read or changed a patient's data, one line each."))

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
        entries = entries_about_patient(options["email"], since, until)
        for entry in entries:
            self.stdout.write(self._format(entry, clinic))
        count = len(entries)
        sentence = ngettext("%(count)d line.", "%(count)d lines.", count)
        self.stdout.write(sentence % {"count": count})

    def _format(self, entry: AuditEntry, clinic: ClinicProfile) -> str:
        """Format an entry: time with offset, user, action, record and network address."""
        at = entry.at.astimezone(clinic.zone).isoformat(timespec="seconds")
        user = entry.user.email if entry.user is not None else entry.get_actor_type_display()
        if "for_patient" in entry.details:
            user += " (for the patient)"
        action = f"{entry.get_action_display()} {entry.get_object_type_display()}"
        return "  ".join([at, user, action, str(entry.record_id), entry.ip_address or "-"])


def parse_date(text: str) -> date:
    """Parse a date such as 2026-12-01. Raises ValueError, also for years out of range."""
    day = date.fromisoformat(text)
    if not 2000 <= day.year <= clock.now().year + 100:
        raise ValueError(text)
    return day
