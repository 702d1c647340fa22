"""Who is told about an exception that nobody handled.

    error_reports.register(record_error)

where `record_error(error, source)` keeps what it needs. The core calls `report_error` where it
answers, logs or gives up: for a request, a job, the worker and a command.
"""

import logging
from collections.abc import Callable

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from clinic.lib.logs.error_locations import describe_error_location

log = logging.getLogger(__name__)


class ErrorSource(TextChoices):
    """What was running when the error happened."""

    REQUEST = "request", _("a page")
    JOB = "job", _("a scheduled job")
    WORKER = "worker", _("the worker")
    COMMAND = "command", _("a command")


Reporter = Callable[[Exception, ErrorSource], None]
_reporters: list[Reporter] = []


def register(reporter: Reporter) -> None:
    """Add a function that is told about errors. Registering it twice adds it once."""
    if reporter not in _reporters:
        _reporters.append(reporter)


def report_error(error: Exception, source: ErrorSource) -> None:
    """Tell every registered function. Never raises: what fails in one is logged."""
    for reporter in _reporters:
        try:
            reporter(error, source)
        except Exception as problem:  # noqa: BLE001  # the first error must not cause a second one
            log.error("An error could not be recorded: %s", describe_error_location(problem))
