"""Factories for errors of the program and alerts."""

from typing import Any

import factory

from booking.features.monitoring.models import Alert, ProgramError
from clinic.lib.dates import clock
from tests.factories.base import ModelFactory


class ProgramErrorFactory(ModelFactory[ProgramError]):
    """An error that happened once, on a page, and that nobody has dealt with."""

    class Meta:
        model = ProgramError

    error_type = "ValueError"
    module = "booking.views.desk.today"
    function = "today"
    line: Any = factory.Sequence(lambda n: n + 1)
    release = "1.0.0"
    source = "request"
    first_seen_at: Any = factory.LazyFunction(clock.now)
    last_seen_at: Any = factory.LazyFunction(clock.now)


class AlertFactory(ModelFactory[Alert]):
    """A check that found a problem just now."""

    class Meta:
        model = Alert

    name = "backups"
    sentences: Any = factory.LazyFunction(lambda: ["The newest backup is 3 days old. Make one."])
    since: Any = factory.LazyFunction(clock.now)
    checked_at: Any = factory.LazyFunction(clock.now)
