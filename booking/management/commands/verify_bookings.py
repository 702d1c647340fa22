"""python manage.py verify_bookings: check the invariants of all appointments."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from booking.queries.appointments.invariants import (
    InvariantResult,
    check_invariants,
    count_by_status,
)
from clinic.lib.dates import clock


class Command(BaseCommand):
    help = str(
        gettext_lazy("Check all appointments; print each fault and exit with 1 if there are any.")
    )

    def handle(self, *args: Any, **options: Any) -> None:
        self._write_counts()
        faults = 0
        for result in check_invariants(clock.now()):
            faults += result.total
            self._write_result(result)
        if faults:
            sentence = ngettext("%(number)s fault found.", "%(number)s faults found.", faults)
            raise CommandError(sentence % {"number": f"{faults:,}"}, returncode=1)
        self.stdout.write(_("Everything is as it must be."))

    def _write_counts(self) -> None:
        counts = count_by_status()
        self.stdout.write(
            _("%(number)s appointments on file: %(by_status)s.")
            % {
                "number": f"{sum(counts.values()):,}",
                "by_status": ", ".join(
                    f"{number:,} {status.label}" for status, number in counts.items()
                ),
            }
        )

    def _write_result(self, result: InvariantResult) -> None:
        self.stdout.write(f"{result.title}: {result.total:,}")
        for description in result.descriptions:
            self.stdout.write(f"  {description}")
        more = result.total - len(result.descriptions)
        if more:
            self.stdout.write("  " + _("... and %(number)s more.") % {"number": f"{more:,}"})
